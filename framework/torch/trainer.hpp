// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "engine/checkpoint.hpp"
#include "engine/engine.hpp"
#include "engine/schedule.hpp"
#include "torch/batches.hpp"
#include "torch/evaluator.hpp"
#include "torch/optimizer.hpp"
#include "torch/refit.hpp"
#include "torch/stopwatch.hpp"

namespace nac::fw::libtorch {

/// As EngineInfo and checkpoints name this engine.
inline constexpr const char *kEngineName = "torch";

/// One training, or a part of one between pauses. The job was checked.
class Trainer {
 public:
  Trainer(const TrainJob &job, at::Device device, SampleCache &cache);
  /// Fails only with exceptions of callbacks and misuse; everything a network can do wrong is in the result.
  TrainResult run();

 private:
  /// What ends a training early, not an error of the program.
  struct Ended {
    TrainStatus status;
    std::string reason;
  };
  std::optional<Ended> run_epochs();
  std::optional<Ended> run_epoch(int epoch);
  std::optional<Ended> train_epoch(Epoch &epoch);
  /// What changes from epoch to epoch in the training of a quantized graph.
  void prepare_quantized(int epoch);
  std::optional<Ended> read_losses(const Epoch &epoch, const std::vector<int64_t> &sizes, double *mean);
  void train_batch(const std::vector<at::Tensor> &batch, double rate, float *loss_on_cpu, int64_t index);
  std::optional<Ended> validate(Epoch &epoch);
  /// Whether this epoch is the best so far; remembers it then.
  bool keep_if_best(const Epoch &epoch);
  Checkpoint checkpoint() const;
  void continue_from(const Checkpoint &checkpoint);
  void fill_result();

  const TrainJob &job_;
  at::Device device_;
  SampleCache &cache_;
  Stopwatch watch_;
  Program program_;
  Evaluator evaluator_;
  State state_;
  Frame frame_;
  FlatOptimizer optimizer_;
  LearningRate rate_;
  QuantizedSchedule quantized_;
  at::Tensor gradient_, losses_;
  std::shared_ptr<const Samples> samples_;  ///< of the running epoch
  std::shared_ptr<const DeviceSamples> on_device_, validation_;
  std::string failed_at_;
  double best_ = 0;  ///< of the monitored quantity
  int64_t trained_samples_ = 0;
  TrainResult result_;
};

}  // namespace nac::fw::libtorch
