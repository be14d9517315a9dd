// SPDX-License-Identifier: Apache-2.0
#include "torch/trainer.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "engine/training_loop.hpp"
#include "torch/failure.hpp"
#include "torch/refit.hpp"
#include "torch/scope.hpp"

namespace nac::fw::libtorch {

Trainer::Trainer(const TrainJob &job, at::Device device, SampleCache &cache)
    : job_(job),
      device_(device),
      cache_(cache),
      program_(*job.graph, {job.loss}, device.is_cpu()),
      evaluator_(*job.graph, job.loss, device.is_cpu()),
      state_(*job.graph, program_, device),
      frame_(state_.frame(program_, true)),
      optimizer_(job.recipe, state_.flat(), false, {state_.learned_scales(), job.quantized.scale_learning_rate}),
      gradient_(at::zeros_like(state_.flat())) {
  if (state_.leaves().empty()) throw Error("the loss depends on no parameter: nothing to train", NAC_INVALID_ARGUMENT);
}

TrainResult Trainer::run() {
  try {
    return run_training(job_, *this);
  } catch (const std::exception &e) {
    throw_described(e, failed_at_);
  }
}

bool Trainer::is_out_of_memory(const std::exception &e) const { return libtorch::is_out_of_memory(e); }

void Trainer::prepare_quantized(bool moving_statistics, bool refit) {
  frame_.training = moving_statistics;
  if (program_.fits_scales() && refit) refit_scales(*job_.graph, state_);
}

void Trainer::start_epoch(const EpochBatches &batches) {
  batches_.emplace(batches, cache_.get(batches.samples, device_));
  if (!device_.is_cpu()) losses_ = at::zeros({batches.count()}, at::TensorOptions().dtype(at::kFloat).device(device_));
}

bool Trainer::normalizes_single_values(int64_t batch_size) const {
  return frame_.training && program_.normalizes_single_values(batch_size);
}

std::optional<float> Trainer::train_batch(int64_t batch, double learning_rate) {
  const ComputeScope compute;
  watch().enter(Phase::data);
  const at::Tensor loss = loss_of(batches_->gather(batch));
  std::optional<float> value;
  if (device_.is_cpu()) {
    value = loss.item<float>();
  } else {
    losses_.select(0, batch).copy_(loss);
  }
  watch().enter(Phase::optimizer);
  optimizer_.step(state_.flat(), gradient_, learning_rate);
  return value;
}

at::Tensor Trainer::loss_of(const std::vector<at::Tensor> &batch) {
  watch().enter(Phase::forward);
  const at::AutoGradMode on(true);
  const std::vector<ValueId> &inputs = job_.graph->inputs();
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i] < frame_.values.size()) frame_.values[inputs[i]] = batch[i];
  program_.run(frame_, &failed_at_);
  const at::Tensor loss = std::move(frame_.values[job_.loss]);
  frame_.values[job_.loss] = at::Tensor();
  watch().enter(Phase::backward);
  failed_at_ = "gradient";
  const std::vector<at::Tensor> gradients = torch::autograd::grad({loss}, state_.leaves(), {}, false, false, true);
  failed_at_.clear();
  watch().enter(Phase::optimizer);
  const at::AutoGradMode off(false);
  state_.gather(gradients, gradient_);
  return loss.detach();
}

bool Trainer::parameters_finite() const { return std::isfinite(state_.flat().sum().item<float>()); }

Inference Trainer::evaluate(const std::shared_ptr<const Samples> &validation) {
  if (!validation_) validation_ = cache_.get(validation, device_);
  std::vector<at::Tensor> all = validation_->inputs, bound;
  all.insert(all.end(), validation_->targets.begin(), validation_->targets.end());
  const std::vector<ValueId> &inputs = job_.graph->inputs();
  for (const ValueId id : evaluator_.program().inputs())
    bound.push_back(all[static_cast<std::size_t>(std::find(inputs.begin(), inputs.end(), id) - inputs.begin())]);
  const ComputeScope compute;
  const int64_t batch = std::clamp<int64_t>(job_.recipe.batch_size, 256, 4096);
  return evaluator_.run(state_, bound, batch, &failed_at_);
}

void Trainer::write(Checkpoint &checkpoint) const {
  state_.write(checkpoint);
  optimizer_.write(checkpoint);
}

void Trainer::read(const Checkpoint &checkpoint) {
  state_.read(checkpoint);
  optimizer_.read(checkpoint);
}

}  // namespace nac::fw::libtorch
