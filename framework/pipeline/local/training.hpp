// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "pipeline/local/distillation.hpp"
#include "pipeline/predict.hpp"
#include "pipeline/train_trial.hpp"

namespace nac::fw {

/// What the stages after the search train with.
struct LocalContext {
  const TaskPort &task;
  Engine &engine;
  SharedSplits &splits;
  std::string device;
  BopsOptions bops;
  std::map<std::string, std::string> metadata;  ///< of every model
  PredictOptions predict() const { return {device, 1024}; }
};

/// A network whose outputs others are drawn to. Thread-safe; its outputs for samples that all epochs share are computed
/// once.
class Teacher {
 public:
  Teacher(const LocalContext &context, Graph graph) : context_(context), graph_(std::move(graph)) {}
  /// The samples with its outputs as further targets.
  std::shared_ptr<const Samples> taught(const std::shared_ptr<const Samples> &samples, bool shared);

 private:
  const LocalContext &context_;
  const Graph graph_;
  std::mutex mutex_;
  std::map<std::shared_ptr<const Samples>, std::shared_ptr<const Samples>> kept_;
};

struct LocalJob {
  Graph graph;  ///< without loss, with data
  Recipe recipe;
  uint64_t seed = 0;  ///< shuffling and augmentation come from it
  int keep_epoch = 0;
  Teacher *teacher = nullptr;  ///< needed with a share
  Distillation distillation;
};

struct LocalResult {
  bool abandoned = false;     ///< given up by the watch
  std::string failure;        ///< "" for a training that went well
  Graph graph;                ///< with the weights of the best epoch
  std::optional<Graph> kept;  ///< with those of keep_epoch, if it got so far
  TrainResult result;
};

/// Trains a network. What goes wrong with this one training is in the result; nothing throws but what ends any run.
LocalResult train_local(const LocalContext &context, const LocalJob &job, const TrialWatch &watch);

/// The task's metrics by name.
std::map<std::string, double> named_metrics(const TaskInfo &task, const std::vector<double> &values);

}  // namespace nac::fw
