// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "manifest/experiment.hpp"
#include "pipeline/hardware/costs.hpp"
#include "pipeline/ports.hpp"
#include "pipeline/quantities.hpp"
#include "study/study.hpp"

namespace nac::fw {

class TrialQuantizer;

/// Keys of a model's ONNX metadata that `nac evaluate` reads; see model_metadata().
inline constexpr const char *kTaskKey = "nac.task";
inline constexpr const char *kTaskParametersKey = "nac.task_parameters";  ///< JSON object
inline constexpr const char *kBopsKey = "nac.bops";                       ///< JSON object
std::map<std::string, std::string> model_metadata(const Experiment &experiment, const TaskPort &task);

/// The splits that all trials share, read when the first one needs them. Thread-safe.
class SharedSplits {
 public:
  explicit SharedSplits(const TaskPort &task) : task_(task) {}
  std::shared_ptr<const Samples> train();  ///< for tasks that do not augment
  std::shared_ptr<const Samples> validation();

 private:
  std::shared_ptr<const Samples> load(const char *split, std::shared_ptr<const Samples> &kept);
  const TaskPort &task_;
  std::mutex mutex_;
  std::shared_ptr<const Samples> train_, validation_;
};

/// What every training of a search has in common.
struct TrainContext {
  const TaskPort &task;
  Engine &engine;
  SharedSplits &splits;
  const SearchStage &stage;
  std::vector<Quantity> objectives;
  std::map<std::string, std::string> metadata;  ///< of every model: what it takes to use and score it elsewhere
  uint64_t seed = 0;                            ///< of the study
  std::string device;
  std::shared_ptr<const HardwareCosts> hardware = nullptr;   ///< null: the search does not ask for its costs
  std::shared_ptr<const TrialQuantizer> quantize = nullptr;  ///< null: networks stay in float
};

/// Which part of which training of a trial.
struct TrainPart {
  int repeat = 0;          ///< 0: the trial's own seed; else one of the others
  int pause_after = 0;     ///< epoch; 0: to the end
  std::string checkpoint;  ///< of the part before
};

struct TrainedTrial {
  Trial trial;  ///< complete, failed or paused; "seconds" are added to those that it had
  std::vector<Study::EpochRow> epochs;
  std::string onnx;        ///< complete and paused
  std::string checkpoint;  ///< paused
  bool abandoned = false;  ///< given up by the watch: `trial` has no result
};

/// How a training is followed. Both are called on its thread.
struct TrialWatch {
  std::function<bool(const Epoch &)> epoch;  ///< after each epoch; false gives the training up
  std::function<bool()> cancelled;           ///< before every batch; true gives it up at once
};

/// Trains the graph of a trial and measures it. Everything that goes wrong with this one training (divergence, memory,
/// an error of the plugin or the engine) is in the result; only a checkpoint that cannot be continued throws
/// (NAC_DATA_LOSS), and a pass that [search.quantize] cannot run (UnfitPass).
TrainedTrial train_trial(const TrainContext &context, Trial trial, Graph graph, const TrainPart &part,
                         const TrialWatch &watch);

}  // namespace nac::fw
