// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "pipeline/local/stage.hpp"

namespace nac::fw {

struct ChooseEnd {
  bool interrupted = false;
  uint64_t trainings = 0;                  ///< of this run
  std::optional<Study::CompressRow> pick;  ///< none: `reason` says why
  std::string reason;
};

/// Picks one of the compressed networks (choose_rules.hpp), trains it again with other seeds, and scores it and those
/// once on the test split. The noise between trainings is that of the trials of the search that have several seeds;
/// where there are none, that of the retrainings, with which the pick is made again.
///
/// The study's text "choose" is JSON: "rule", "delta", "metric", "reference", "sigma"; "pick": {"trial", "chain",
/// "position"} or null with "reason"; "retrained": [{"seed", "metrics"} or {"seed", "reason"}], "mean" and "sd" of
/// their metrics; "test": {"pick": metrics, "retrained": [metrics], "mean", "sd"}; "labels": {"Large": {"trial",
/// "chain", "position"}, ...}.
ChooseEnd run_choose(const LocalInputs &in);

}  // namespace nac::fw
