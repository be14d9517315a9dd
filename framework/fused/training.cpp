// SPDX-License-Identifier: Apache-2.0
#include "fused/training.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "fixed/training/quantized_graph.hpp"
#include "fused/flush_to_zero.hpp"
#include "fused/inference.hpp"
#include "fused/weights/refit.hpp"

namespace nac::fw::fused {

Training::Training(const TrainJob &job)
    : job_(job),
      values_(trained_values(*job.graph, {job.loss})),
      state_(*job.graph, values_.parameters, values_.learned_scales, values_.statistics),
      optimizer_(job.recipe, state_, job.quantized.scale_learning_rate),
      quantized_(QuantizedGraph::has_quantizers(*job.graph)) {
  if (values_.parameters.empty())
    throw Error("the loss depends on no parameter: nothing to train", NAC_INVALID_ARGUMENT);
}

Runner &Training::trainer() {
  std::unique_ptr<Runner> &runner = moving_ ? moving_runner_ : frozen_runner_;
  const Mode mode = moving_ ? Mode::training : Mode::frozen;
  // An epoch with more samples than those before it may have larger batches.
  if (!runner || runner->plan().batch_size < batches_->batch_size)
    runner = std::make_unique<Runner>(make_plan(*job_.graph, job_.loss, {}, mode, batches_->batch_size));
  return *runner;
}

void Training::prepare_quantized(bool moving_statistics, bool refit_scales) {
  moving_ = moving_statistics;
  if (refit_scales) fused::refit_scales(state_);
}

void Training::start_epoch(const EpochBatches &batches) {
  batches_ = &batches;
  data_ = tensors_of(*batches.samples);
}

bool Training::normalizes_single_values(int64_t batch_size) const {
  if (!moving_) return false;
  const std::vector<int64_t> &positions =
      const_cast<Training *>(this)->trainer().plan().normalized_positions;  // makes the plan, which changes nothing
  return std::any_of(positions.begin(), positions.end(), [&](int64_t p) { return batch_size * p < 2; });
}

std::optional<float> Training::train_batch(int64_t batch, double learning_rate) {
  const FlushToZero scope;
  Runner &runner = trainer();
  watch().enter(Phase::forward);
  state_.clear_gradients();
  const double loss = runner.train(state_, data_, batches_->rows(batch), batches_->size(batch), &watch());
  watch().enter(Phase::optimizer);
  if (std::isfinite(loss)) optimizer_.step(learning_rate);
  return static_cast<float>(loss);
}

bool Training::parameters_finite() const {
  const State &state = state_;
  for (const ValueId id : values_.parameters) {
    const float *value = state.value(id);
    if (!std::all_of(value, value + job_.graph->value(id).data->elements(), [](float x) { return std::isfinite(x); }))
      return false;
  }
  return true;
}

Inference Training::evaluate(const std::shared_ptr<const Samples> &validation) {
  const FlushToZero scope;
  if (!evaluator_)
    evaluator_ = std::make_unique<Runner>(
        make_plan(*job_.graph, job_.loss, job_.graph->outputs(), Mode::inference, inference_batch(*validation)));
  return infer_all(*evaluator_, state_, *job_.graph, tensors_of(*validation), validation->count());
}

void Training::write(Checkpoint &checkpoint) const {
  state_.write(checkpoint);
  optimizer_.write(checkpoint);
}

void Training::read(const Checkpoint &checkpoint) {
  state_.read(checkpoint);
  optimizer_.read(checkpoint);
}

}  // namespace nac::fw::fused
