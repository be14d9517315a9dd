// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>

#include "pipeline/local/base_network.hpp"
#include "pipeline/local/stage.hpp"

namespace nac::fw {

/// The unit whose training gave a row's weights: its own, or where its step asked for none the last one before it in
/// the chain; nothing: there was none.
std::optional<UnitState> training_of(const Study &study, const Study::CompressRow &row);

/// One more such training: masks and quantizers are those of the row, weights those that the unit's step was given,
/// samples come in another order.
struct Retraining {
  bool abandoned = false, known = false;  ///< known: it was in the study already
  std::string reason;                     ///< of a failure
  std::map<std::string, double> metrics;
  std::string model;  ///< artifact
};
Retraining retrain_unit(const LocalInputs &in, const LocalContext &context, const BaseNetwork &base,
                        const Study::CompressRow &row, const UnitState &unit, int seed, StageProgress &progress);

}  // namespace nac::fw
