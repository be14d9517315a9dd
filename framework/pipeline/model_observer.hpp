// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pipeline/predict.hpp"
#include "pipeline/train_trial.hpp"
#include "services/model_observer.hpp"

namespace nac::fw {

/// What compression passes may ask of a model: run by the engine, scored on the task's validation split, counted as it
/// would be built. Everything that it is given must outlive it. Thread-safe.
class PipelineObserver final : public ModelObserver {
 public:
  PipelineObserver(const TaskPort &task, Engine &engine, SharedSplits &splits, BopsOptions bops, PredictOptions options)
      : task_(task), engine_(engine), splits_(splits), bops_(bops), options_(std::move(options)) {}

  Tensor values(const Graph &model, ValueId value, const std::string &split, uint64_t samples) const override;
  std::vector<double> metrics(const Graph &model) const override;
  double cost(const Graph &model, const std::string &name) const override;
  int direction(uint32_t metric) const override;

 private:
  const TaskPort &task_;
  Engine &engine_;
  SharedSplits &splits_;
  const BopsOptions bops_;
  const PredictOptions options_;
};

}  // namespace nac::fw
