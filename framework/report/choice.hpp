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
  std::string rule, reason;                          ///< reason: why no model was chosen
  std::optional<StepName> step;                      ///< nothing: no model was chosen
  std::map<std::string, double> mean, sd;            ///< on validation, over the seeds of the retraining
  std::map<std::string, double> test;                ///< of the chosen model itself, once, at the end
  std::map<std::string, double> test_mean, test_sd;  ///< of those trained again, also once
  std::map<std::string, double> reference;           ///< of the float network that it was compared with
  std::optional<double> best_known;                  ///< metric that the bound was counted from
  std::optional<double> tolerance;                   ///< relative loss of the metric that it allowed
  int seeds = 0;                                     ///< 0: not known
  std::vector<Pick> picks;

  bool empty() const { return !step && picks.empty() && reason.empty(); }
};

/// Reads {"rule", "delta" or "tolerance", "reference", "mean", "sd", "seeds" or "retrained": [{"metrics"}], "reason"},
/// the step as {"trial", "chain", "position"} there or in "pick", test results as {metric: value} or as {"pick",
/// "mean", "sd"} of such, labelled steps as "labels": {label: step} or "picks": [step with "label"]. "reference" is a
/// number, or {metric: value}. Keys that are missing and values that are null are left out; a list of numbers becomes
/// mean and standard deviation. Throws Error (NAC_DATA_LOSS) for what is no JSON object or has values of the wrong
/// kind.
Choice choice_from_json(const std::string &text);

}  // namespace nac::fw
