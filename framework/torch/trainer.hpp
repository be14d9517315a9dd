// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "engine/training_steps.hpp"
#include "torch/batches.hpp"
#include "torch/evaluator.hpp"
#include "torch/optimizer.hpp"

namespace nac::fw::libtorch {

/// As EngineInfo and checkpoints name this engine.
inline constexpr const char *kEngineName = "torch";

/// One training, or a part of one between pauses. The job was checked.
class Trainer final : public TrainingSteps {
 public:
  Trainer(const TrainJob &job, at::Device device, SampleCache &cache);
  /// As run_training; LibTorch's errors come out as Error with the node that failed.
  TrainResult run();

  std::string engine() const override { return kEngineName; }
  std::string device() const override { return device_.str(); }
  bool is_out_of_memory(const std::exception &e) const override;
  bool quantized() const override { return program_.quantized(); }
  void prepare_quantized(bool moving_statistics, bool refit_scales) override;
  void start_epoch(const EpochBatches &batches) override;
  bool normalizes_single_values(int64_t batch_size) const override;
  std::optional<float> train_batch(int64_t batch, double learning_rate) override;
  std::vector<float> losses() override { return values_of(losses_); }
  bool parameters_finite() const override;
  Inference evaluate(const std::shared_ptr<const Samples> &validation) override;
  void save() override { state_.save(); }
  void restore() override { state_.restore(); }
  std::map<std::string, Tensor> weights() const override { return state_.weights(); }
  void write(Checkpoint &checkpoint) const override;
  void read(const Checkpoint &checkpoint) override;

 private:
  /// Forward and backward; the gradients are in gradient_ then.
  at::Tensor loss_of(const std::vector<at::Tensor> &batch);

  const TrainJob &job_;
  at::Device device_;
  SampleCache &cache_;
  Program program_;
  Evaluator evaluator_;
  State state_;
  Frame frame_;
  FlatOptimizer optimizer_;
  at::Tensor gradient_, losses_;  ///< losses of an epoch's batches where reading one waits for the device
  std::optional<Batches> batches_;
  std::shared_ptr<const DeviceSamples> validation_;
  std::string failed_at_;
};

}  // namespace nac::fw::libtorch
