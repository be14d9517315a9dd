// SPDX-License-Identifier: Apache-2.0
#include "torch/trainer.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "torch/checks.hpp"
#include "torch/failure.hpp"
#include "torch/scope.hpp"

namespace nac::fw::libtorch {
namespace {

constexpr const char *kNoBest = "no epoch had a finite value of the first metric";

}  // namespace

Trainer::Trainer(const TrainJob &job, at::Device device, SampleCache &cache)
    : job_(job),
      device_(device),
      cache_(cache),
      program_(*job.graph, {job.loss}, device.is_cpu()),
      evaluator_(*job.graph, job.loss, device.is_cpu()),
      state_(*job.graph, program_, device),
      frame_(state_.frame(program_, true)),
      optimizer_(job.recipe, state_.flat(), false, {state_.learned_scales(), job.quantized.scale_learning_rate}),
      rate_(job.recipe),
      quantized_{job.quantized, job.recipe.epochs},
      gradient_(at::zeros_like(state_.flat())) {
  if (state_.leaves().empty()) throw Error("the loss depends on no parameter: nothing to train", NAC_INVALID_ARGUMENT);
  if (!job.checkpoint.empty()) continue_from(read_checkpoint(job, kEngineName));
}

TrainResult Trainer::run() {
  const std::optional<Ended> ended = run_epochs();
  if (ended) {
    result_.status = ended->status;
    result_.reason = ended->reason;
  }
  fill_result();
  return std::move(result_);
}

std::optional<Trainer::Ended> Trainer::run_epochs() {
  try {
    for (int epoch = result_.epochs + 1; epoch <= job_.recipe.epochs; ++epoch)
      if (std::optional<Ended> ended = run_epoch(epoch)) return ended;
  } catch (const std::exception &e) {
    if (!is_out_of_memory(e)) throw_described(e, failed_at_);
    return Ended{TrainStatus::out_of_memory, "out of memory on " + device_.str() + " in epoch " +
                                                 std::to_string(result_.epochs + 1) + ": " + first_line(e.what())};
  }
  if (result_.best_epoch == 0) return Ended{TrainStatus::diverged, kNoBest};
  return std::nullopt;
}

std::optional<Trainer::Ended> Trainer::run_epoch(int number) {
  Epoch epoch;
  epoch.epoch = number;
  epoch.learning_rate = rate_.at(number);
  if (program_.quantized()) prepare_quantized(number);
  if (std::optional<Ended> ended = train_epoch(epoch)) return ended;
  if (std::optional<Ended> ended = validate(epoch)) return ended;
  result_.epochs = number;
  result_.history.push_back(epoch);
  rate_.finished(job_.validation ? epoch.validation_loss : epoch.train_loss);
  keep_if_best(epoch);
  if (number == job_.keep_epoch) result_.kept = state_.weights();
  if (job_.on_epoch && !job_.on_epoch(epoch))
    return Ended{TrainStatus::stopped, "stopped by the caller after epoch " + std::to_string(number)};
  const int patience = job_.recipe.patience;
  // Patience is a normal end: run_epochs stops asking for more.
  if (patience > 0 && number - std::max(result_.best_epoch, 0) >= patience) {
    result_.reason =
        "no better epoch than " + std::to_string(result_.best_epoch) + " in " + std::to_string(patience) + " epochs";
    return Ended{TrainStatus::finished, result_.reason};
  }
  if (number != job_.pause_after || number == job_.recipe.epochs) return std::nullopt;
  if (result_.best_epoch == 0) return Ended{TrainStatus::diverged, kNoBest};
  result_.checkpoint = to_bytes(checkpoint());
  return Ended{TrainStatus::paused, "paused after epoch " + std::to_string(number)};
}

void Trainer::prepare_quantized(int epoch) {
  watch_.enter(Phase::other);
  frame_.training = quantized_.statistics_move(epoch);
  if (program_.fits_scales() && quantized_.scales_refitted(epoch)) refit_scales(*job_.graph, state_);
}

std::optional<Trainer::Ended> Trainer::train_epoch(Epoch &epoch) {
  watch_.enter(Phase::data);
  std::shared_ptr<const Samples> samples = job_.train_samples(epoch.epoch);
  if (!samples) throw Error("train_samples gave nothing for epoch " + std::to_string(epoch.epoch));
  if (samples != samples_) {
    check_samples(*job_.graph, job_.target_count, *samples, "training samples");
    on_device_ = cache_.get(samples, device_);
    samples_ = std::move(samples);
  }
  Batches batches(job_.seed, epoch.epoch, on_device_, job_.recipe.batch_size);
  losses_ = at::zeros({batches.count()}, at::TensorOptions().dtype(at::kFloat).device(device_));
  float *on_cpu = device_.is_cpu() ? losses_.data_ptr<float>() : nullptr;
  std::vector<int64_t> sizes(static_cast<std::size_t>(batches.count()), 0);
  {
    const ComputeScope compute;
    for (int64_t b = 0; b < batches.count(); ++b) {
      if (job_.cancelled && job_.cancelled())
        return Ended{TrainStatus::stopped, "cancelled in epoch " + std::to_string(epoch.epoch)};
      // One sample has no variance to normalize by; it gets its turn in another epoch's order.
      if (frame_.training && program_.normalizes_single_values(batches.size(b))) continue;
      watch_.enter(Phase::data);
      const std::vector<at::Tensor> &batch = batches.gather(b);
      train_batch(batch, epoch.learning_rate, on_cpu, b);
      sizes[static_cast<std::size_t>(b)] = batches.size(b);
      trained_samples_ += batches.size(b);
      if (on_cpu != nullptr && !std::isfinite(on_cpu[b])) break;
    }
  }
  watch_.enter(Phase::other);
  return read_losses(epoch, sizes, &epoch.train_loss);
}

void Trainer::train_batch(const std::vector<at::Tensor> &batch, double rate, float *loss_on_cpu, int64_t index) {
  watch_.enter(Phase::forward);
  at::Tensor loss;
  std::vector<at::Tensor> gradients;
  {
    const at::AutoGradMode on(true);
    const std::vector<ValueId> &inputs = job_.graph->inputs();
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (inputs[i] < frame_.values.size()) frame_.values[inputs[i]] = batch[i];
    program_.run(frame_, &failed_at_);
    loss = std::move(frame_.values[job_.loss]);
    frame_.values[job_.loss] = at::Tensor();
    watch_.enter(Phase::backward);
    failed_at_ = "gradient";
    gradients = torch::autograd::grad({loss}, state_.leaves(), {}, false, false, true);
    failed_at_.clear();
  }
  if (loss_on_cpu != nullptr) {
    loss_on_cpu[index] = loss.item<float>();
  } else {
    losses_.select(0, index).copy_(loss.detach());
  }
  watch_.enter(Phase::optimizer);
  state_.gather(gradients, gradient_);
  optimizer_.step(state_.flat(), gradient_, rate);
}

std::optional<Trainer::Ended> Trainer::read_losses(const Epoch &epoch, const std::vector<int64_t> &sizes,
                                                   double *mean) {
  const at::Tensor losses = losses_.to(at::kCPU);
  const float *values = losses.data_ptr<float>();
  double sum = 0;
  int64_t samples = 0;
  for (std::size_t b = 0; b < sizes.size(); ++b) {
    if (sizes[b] == 0) continue;
    if (!std::isfinite(values[b]))
      return Ended{TrainStatus::diverged, "loss is not finite in epoch " + std::to_string(epoch.epoch) + ", batch " +
                                              std::to_string(b + 1) + " of " + std::to_string(sizes.size())};
    sum += static_cast<double>(values[b]) * static_cast<double>(sizes[b]);
    samples += sizes[b];
  }
  if (samples == 0)
    throw Error("a training set of 1 sample cannot train a graph with BatchNormalization over samples",
                NAC_INVALID_ARGUMENT);
  if (!std::isfinite(state_.flat().sum().item<float>()))
    return Ended{TrainStatus::diverged, "parameters are not finite after epoch " + std::to_string(epoch.epoch)};
  *mean = sum / static_cast<double>(samples);
  return std::nullopt;
}

std::optional<Trainer::Ended> Trainer::validate(Epoch &epoch) {
  if (!job_.validation) return std::nullopt;
  watch_.enter(Phase::evaluation);
  if (!validation_) {
    check_samples(*job_.graph, job_.target_count, *job_.validation, "validation samples");
    validation_ = cache_.get(job_.validation, device_);
  }
  std::vector<at::Tensor> all = validation_->inputs, bound;
  all.insert(all.end(), validation_->targets.begin(), validation_->targets.end());
  const std::vector<ValueId> &inputs = job_.graph->inputs();
  for (const ValueId id : evaluator_.program().inputs())
    bound.push_back(all[static_cast<std::size_t>(std::find(inputs.begin(), inputs.end(), id) - inputs.begin())]);
  Evaluation evaluation;
  {
    const ComputeScope compute;
    const int64_t batch = std::clamp<int64_t>(job_.recipe.batch_size, 256, 4096);
    evaluation = evaluator_.run(state_, bound, batch, &failed_at_);
  }
  epoch.validation_loss = evaluation.loss;
  if (std::isfinite(evaluation.loss) && job_.metrics) epoch.metrics = job_.metrics(evaluation.predictions);
  watch_.enter(Phase::other);
  if (!std::isfinite(evaluation.loss))
    return Ended{TrainStatus::diverged, "validation loss is not finite after epoch " + std::to_string(epoch.epoch)};
  return std::nullopt;
}

bool Trainer::keep_if_best(const Epoch &epoch) {
  double value = job_.validation ? epoch.validation_loss : epoch.train_loss;
  if (job_.recipe.monitor_metric) {
    if (epoch.metrics.empty()) throw Error("monitor_metric is set, but the task computed no metric");
    value = epoch.metrics[0] * (job_.metric_direction > 0 ? -1 : 1);
  }
  if (!std::isfinite(value) || (result_.best_epoch != 0 && value >= best_)) return false;
  best_ = value;
  result_.best_epoch = epoch.epoch;
  result_.best_loss = job_.validation ? epoch.validation_loss : epoch.train_loss;
  result_.metrics = epoch.metrics;
  state_.save();
  return true;
}

Checkpoint Trainer::checkpoint() const {
  Checkpoint c;
  c.engine = kEngineName;
  c.seed = job_.seed;
  c.planned = job_.recipe.epochs;
  c.epochs = result_.epochs;
  c.best_epoch = result_.best_epoch;
  c.best = best_;
  c.best_loss = result_.best_loss;
  c.metrics = result_.metrics;
  c.history = result_.history;
  c.schedule = rate_.progress();
  state_.write(c);
  optimizer_.write(c);
  return c;
}

void Trainer::continue_from(const Checkpoint &c) {
  result_.epochs = c.epochs;
  result_.best_epoch = c.best_epoch;
  best_ = c.best;
  result_.best_loss = c.best_loss;
  result_.metrics = c.metrics;
  result_.history = c.history;
  rate_.restore(c.schedule);
  state_.read(c);
  optimizer_.read(c);
}

void Trainer::fill_result() {
  // Even a training that ended badly has its best epoch; the caller decides by the status whether it counts.
  if (result_.best_epoch != 0) {
    state_.restore();
    result_.weights = state_.weights();
  }
  watch_.enter(Phase::other);
  result_.seconds = watch_.total();
  result_.shares = watch_.shares();
  const double training = watch_.seconds(Phase::data) + watch_.seconds(Phase::forward) +
                          watch_.seconds(Phase::backward) + watch_.seconds(Phase::optimizer);
  if (training > 0) result_.samples_per_second = static_cast<double>(trained_samples_) / training;
}

}  // namespace nac::fw::libtorch
