// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "engine/engine.hpp"
#include "engine/training_steps.hpp"
#include "fused/optimizer.hpp"
#include "fused/runner.hpp"

namespace nac::fw::fused {

/// As EngineInfo and checkpoints name this engine.
inline constexpr const char *kEngineName = "fused";

/// One training. Plans for each way in which the graph is run are made when it is run that way first.
class Training final : public TrainingSteps {
 public:
  explicit Training(const TrainJob &job);

  std::string engine() const override { return kEngineName; }
  bool quantized() const override { return quantized_; }
  void prepare_quantized(bool moving_statistics, bool refit_scales) override;
  void start_epoch(const EpochBatches &batches) override;
  bool normalizes_single_values(int64_t batch_size) const override;
  std::optional<float> train_batch(int64_t batch, double learning_rate) override;
  bool parameters_finite() const override;
  Inference evaluate(const std::shared_ptr<const Samples> &validation) override;

  void save() override { state_.save(); }
  void restore() override { state_.restore(); }
  std::map<std::string, Tensor> weights() const override { return state_.weights(); }
  void write(Checkpoint &checkpoint) const override;
  void read(const Checkpoint &checkpoint) override;

 private:
  Runner &trainer();

  const TrainJob &job_;
  TrainedValues values_;
  State state_;
  FlatOptimizer optimizer_;
  bool quantized_, moving_ = true;
  std::unique_ptr<Runner> moving_runner_, frozen_runner_, evaluator_;
  const EpochBatches *batches_ = nullptr;
  std::vector<const Tensor *> data_;  ///< of the epoch's samples
};

}  // namespace nac::fw::fused
