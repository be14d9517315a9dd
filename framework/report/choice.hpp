// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "report/compress_data.hpp"

namespace nac::fw {

/// The final model, as `nac choose` stored it.
struct Choice {
  struct Pick {
    std::string label;  ///< "Large"
    StepName step;
  };
  std::string rule;
  std::optional<StepName> step;                 ///< nothing: no model was chosen
  std::map<std::string, double> mean, sd;       ///< on validation, over the seeds of the retraining
  std::map<std::string, double> test, test_sd;  ///< once, at the end
  std::map<std::string, double> reference;      ///< of the network that the choice was compared with
  std::optional<double> tolerance;              ///< relative loss of the metric that it allowed
  int seeds = 0;                                ///< 0: not known
  std::vector<Pick> picks;

  bool empty() const { return !step && picks.empty(); }
};

/// Keys that are missing, and values that are null, are left out. Lists of numbers become mean and standard deviation.
/// Throws Error (NAC_DATA_LOSS) for what is no JSON object or has values of the wrong kind.
Choice choice_from_json(const std::string &text);

}  // namespace nac::fw
