// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <vector>

#include "manifest/experiment.hpp"
#include "pipeline/local/ports.hpp"
#include "pipeline/model_observer.hpp"
#include "pipeline/ports.hpp"

namespace nac::fw {

/// A pass that [search.quantize] cannot run: the manifest's fault, so that it ends the search, not one trial.
class UnfitPass : public UsageError {
 public:
  using UsageError::UsageError;
};

/// What a search measures where [search.quantize] is given: the trained network after the pass, by its integers and as
/// it would be built. Each call makes a pass of its own. Thread-safe; all that it is given must outlive it.
class TrialQuantizer {
 public:
  struct Parts {
    const SearchedParameters &stage;
    CompressFactory make_pass;
    const TaskPort &task;
    Engine &engine;
    SharedSplits &splits;
    BopsOptions bops;
    PredictOptions predict;
  };
  struct Result {
    Graph model;                          ///< training form
    std::vector<double> metrics;          ///< of the integers on the validation split, in the task's order
    std::map<std::string, double> costs;  ///< bops, parameters, macs of the deployed form
  };

  explicit TrialQuantizer(Parts parts);
  /// `metrics`: of the trained network in float; `point`: see parameters_at(); `seed`: of the pass. Throws UnfitPass
  /// for one that asks for training, Error for one that leaves the network in float.
  Result run(const Graph &trained, std::vector<double> metrics, const std::string &point, uint64_t seed) const;

 private:
  Graph quantized(const Graph &trained, std::vector<double> metrics, const std::string &point, uint64_t seed) const;

  const Parts parts_;
  const PipelineObserver observer_;
};

}  // namespace nac::fw
