// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <vector>

#include "pipeline/hardware/stage.hpp"
#include "pipeline/local/choose.hpp"
#include "pipeline/local/compress.hpp"
#include "pipeline/local/tune.hpp"

namespace nac::fw {

enum class LocalStage { tune, compress, choose, hardware };
const char *name_of(LocalStage stage);

/// The stages that a manifest asks for, in their order.
std::vector<LocalStage> asked_stages(const Experiment &experiment);

struct LocalOutcome {
  std::optional<TuneEnd> tune;
  std::optional<CompressEnd> compress;
  std::optional<ChooseEnd> choose;
  std::optional<HardwareEnd> hardware;
};

/// Runs a stage, or goes on with it, and tells the observer. False: interrupted.
bool run_local_stage(LocalStage stage, const LocalInputs &in, LocalOutcome &outcome);

}  // namespace nac::fw
