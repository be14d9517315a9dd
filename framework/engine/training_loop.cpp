// SPDX-License-Identifier: Apache-2.0
#include "engine/training_loop.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "engine/checks.hpp"
#include "engine/quantized_schedule.hpp"
#include "engine/schedule.hpp"

namespace nac::fw {
namespace {

constexpr const char *kNoBest = "no epoch had a finite value of the first metric";

/// What ends a training early, not an error of the program.
struct Ended {
  TrainStatus status;
  std::string reason;
};

Ended diverged(std::string reason) { return {TrainStatus::diverged, std::move(reason)}; }

class TrainingLoop {
 public:
  TrainingLoop(const TrainJob &job, TrainingSteps &steps)
      : job_(job),
        steps_(steps),
        watch_(steps.watch()),
        rate_(job.recipe),
        quantized_{job.quantized, job.recipe.epochs} {
    if (!job.checkpoint.empty()) continue_from(read_checkpoint(job, steps.engine()));
  }

  TrainResult run() {
    const std::optional<Ended> ended = run_epochs();
    if (ended) {
      result_.status = ended->status;
      result_.reason = ended->reason;
    }
    fill_result();
    return std::move(result_);
  }

 private:
  std::optional<Ended> run_epochs() {
    try {
      for (int epoch = result_.epochs + 1; epoch <= job_.recipe.epochs; ++epoch)
        if (std::optional<Ended> ended = run_epoch(epoch)) return ended;
    } catch (const std::exception &e) {
      if (!steps_.is_out_of_memory(e)) throw;
      return Ended{TrainStatus::out_of_memory, "out of memory on " + steps_.device() + " in epoch " +
                                                   std::to_string(result_.epochs + 1) + ": " + first_line(e.what())};
    }
    if (result_.best_epoch == 0) return diverged(kNoBest);
    return std::nullopt;
  }

  std::optional<Ended> run_epoch(int number) {
    Epoch epoch;
    epoch.epoch = number;
    epoch.learning_rate = rate_.at(number);
    if (std::optional<Ended> ended = train_epoch(epoch)) return ended;
    if (std::optional<Ended> ended = validate(epoch)) return ended;
    result_.epochs = number;
    result_.history.push_back(epoch);
    rate_.finished(watched_loss(epoch));
    keep_if_best(epoch);
    if (number == job_.keep_epoch) result_.kept = steps_.weights();
    if (job_.on_epoch && !job_.on_epoch(epoch))
      return Ended{TrainStatus::stopped, "stopped by the caller after epoch " + std::to_string(number)};
    return end_or_pause(number);
  }

  std::optional<Ended> end_or_pause(int number) {
    const int patience = job_.recipe.patience;
    // Patience is a normal end: run_epochs stops asking for more.
    if (patience > 0 && number - std::max(result_.best_epoch, 0) >= patience)
      return Ended{TrainStatus::finished, "no better epoch than " + std::to_string(result_.best_epoch) + " in " +
                                              std::to_string(patience) + " epochs"};
    if (number != job_.pause_after || number == job_.recipe.epochs) return std::nullopt;
    if (result_.best_epoch == 0) return diverged(kNoBest);
    result_.checkpoint = to_bytes(checkpoint());
    return Ended{TrainStatus::paused, "paused after epoch " + std::to_string(number)};
  }

  std::optional<Ended> train_epoch(Epoch &epoch) {
    watch_.enter(Phase::other);
    if (steps_.quantized())
      steps_.prepare_quantized(quantized_.statistics_move(epoch.epoch), quantized_.scales_refitted(epoch.epoch));
    watch_.enter(Phase::data);
    const EpochBatches batches(job_.seed, epoch.epoch, samples_of(epoch.epoch), job_.recipe.batch_size);
    steps_.start_epoch(batches);
    std::optional<Ended> ended = train_batches(batches, epoch);
    watch_.enter(Phase::other);
    return ended;
  }

  std::shared_ptr<const Samples> samples_of(int epoch) {
    std::shared_ptr<const Samples> samples = job_.train_samples(epoch);
    if (!samples) throw Error("train_samples gave nothing for epoch " + std::to_string(epoch));
    if (samples != samples_) check_samples(*job_.graph, job_.target_count, *samples, "training samples");
    samples_ = samples;
    return samples;
  }

  std::optional<Ended> train_batches(const EpochBatches &batches, Epoch &epoch) {
    std::vector<float> losses(static_cast<std::size_t>(batches.count()));
    std::vector<bool> trained(losses.size());
    bool losses_later = false;
    for (std::size_t b = 0; b < losses.size(); ++b) {
      if (job_.cancelled && job_.cancelled())
        return Ended{TrainStatus::stopped, "cancelled in epoch " + std::to_string(epoch.epoch)};
      const auto number = static_cast<int64_t>(b);
      // One sample has no variance to normalize by; it gets its turn in another epoch's order.
      if (steps_.normalizes_single_values(batches.size(number))) continue;
      const std::optional<float> loss = steps_.train_batch(number, epoch.learning_rate);
      trained[b] = true;
      trained_samples_ += batches.size(number);
      losses[b] = loss.value_or(0);
      losses_later = losses_later || !loss;
      if (!std::isfinite(losses[b])) break;
    }
    watch_.enter(Phase::other);
    if (losses_later) losses = steps_.losses();
    return check_losses(batches, losses, trained, epoch);
  }

  std::optional<Ended> check_losses(const EpochBatches &batches, const std::vector<float> &losses,
                                    const std::vector<bool> &trained, Epoch &epoch) {
    double sum = 0;
    int64_t samples = 0;
    for (std::size_t b = 0; b < trained.size(); ++b) {
      if (!trained[b]) continue;
      if (!std::isfinite(losses[b]))
        return diverged("loss is not finite in epoch " + std::to_string(epoch.epoch) + ", batch " +
                        std::to_string(b + 1) + " of " + std::to_string(trained.size()));
      const int64_t size = batches.size(static_cast<int64_t>(b));
      sum += static_cast<double>(losses[b]) * static_cast<double>(size);
      samples += size;
    }
    if (samples == 0)
      throw Error("a training set of 1 sample cannot train a graph with BatchNormalization over samples",
                  NAC_INVALID_ARGUMENT);
    if (!steps_.parameters_finite())
      return diverged("parameters are not finite after epoch " + std::to_string(epoch.epoch));
    epoch.train_loss = sum / static_cast<double>(samples);
    return std::nullopt;
  }

  std::optional<Ended> validate(Epoch &epoch) {
    if (!job_.validation) return std::nullopt;
    watch_.enter(Phase::evaluation);
    if (!validation_checked_) check_samples(*job_.graph, job_.target_count, *job_.validation, "validation samples");
    validation_checked_ = true;
    const Inference evaluation = steps_.evaluate(job_.validation);
    epoch.validation_loss = evaluation.loss;
    if (std::isfinite(evaluation.loss) && job_.metrics) epoch.metrics = job_.metrics(evaluation.predictions);
    watch_.enter(Phase::other);
    if (!std::isfinite(evaluation.loss))
      return diverged("validation loss is not finite after epoch " + std::to_string(epoch.epoch));
    return std::nullopt;
  }

  double watched_loss(const Epoch &epoch) const { return job_.validation ? epoch.validation_loss : epoch.train_loss; }

  void keep_if_best(const Epoch &epoch) {
    double value = watched_loss(epoch);
    if (job_.recipe.monitor_metric) {
      if (epoch.metrics.empty()) throw Error("monitor_metric is set, but the task computed no metric");
      value = epoch.metrics[0] * (job_.metric_direction > 0 ? -1 : 1);
    }
    if (!std::isfinite(value) || (result_.best_epoch != 0 && value >= best_)) return;
    best_ = value;
    result_.best_epoch = epoch.epoch;
    result_.best_loss = watched_loss(epoch);
    result_.metrics = epoch.metrics;
    steps_.save();
  }

  Checkpoint checkpoint() const {
    Checkpoint c;
    c.engine = steps_.engine();
    c.seed = job_.seed;
    c.planned = job_.recipe.epochs;
    c.epochs = result_.epochs;
    c.best_epoch = result_.best_epoch;
    c.best = best_;
    c.best_loss = result_.best_loss;
    c.metrics = result_.metrics;
    c.history = result_.history;
    c.schedule = rate_.progress();
    steps_.write(c);
    return c;
  }

  void continue_from(const Checkpoint &c) {
    result_.epochs = c.epochs;
    result_.best_epoch = c.best_epoch;
    best_ = c.best;
    result_.best_loss = c.best_loss;
    result_.metrics = c.metrics;
    result_.history = c.history;
    rate_.restore(c.schedule);
    steps_.read(c);
  }

  void fill_result() {
    // Even a training that ended badly has its best epoch; the caller decides by the status whether it counts.
    if (result_.best_epoch != 0) {
      steps_.restore();
      result_.weights = steps_.weights();
    }
    watch_.enter(Phase::other);
    result_.seconds = watch_.total();
    result_.shares = watch_.shares();
    const double training = watch_.seconds(Phase::data) + watch_.seconds(Phase::forward) +
                            watch_.seconds(Phase::backward) + watch_.seconds(Phase::optimizer);
    if (training > 0) result_.samples_per_second = static_cast<double>(trained_samples_) / training;
  }

  const TrainJob &job_;
  TrainingSteps &steps_;
  Stopwatch &watch_;
  LearningRate rate_;
  QuantizedSchedule quantized_;
  std::shared_ptr<const Samples> samples_;  ///< of the last epoch
  bool validation_checked_ = false;
  double best_ = 0;  ///< of the monitored quantity
  int64_t trained_samples_ = 0;
  TrainResult result_;
};

}  // namespace

TrainResult run_training(const TrainJob &job, TrainingSteps &steps) { return TrainingLoop(job, steps).run(); }

TrainResult out_of_memory_at_start(const std::string &device, const std::exception &e) {
  TrainResult result;
  result.status = TrainStatus::out_of_memory;
  result.reason = "out of memory on " + device + " before the first epoch: " + first_line(e.what());
  return result;
}

std::string first_line(const std::string &text) { return text.substr(0, text.find('\n')); }

}  // namespace nac::fw
