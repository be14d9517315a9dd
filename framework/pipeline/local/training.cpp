// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/training.hpp"

#include <fmt/format.h>

#include <new>

#include "pipeline/streams.hpp"
#include "pipeline/weights.hpp"

namespace nac::fw {
namespace {

TrainResult train(const LocalContext &context, const LocalJob &job, const TrialWatch &watch) {
  const TaskInfo &info = context.task.info();
  const bool taught = job.distillation.share > 0;
  TaskProxy::WithLoss trained = context.task.with_loss(job.graph);
  if (taught) trained = with_teacher(trained, job.distillation);
  const auto with_targets = [&](std::shared_ptr<const Samples> samples, bool shared) {
    return taught ? job.teacher->taught(samples, shared) : samples;
  };
  TrainJob out;
  out.graph = &trained.graph;
  out.loss = trained.loss;
  out.target_count = static_cast<uint32_t>(info.targets.size() + (taught ? job.graph.outputs().size() : 0));
  out.recipe = job.recipe;
  out.seed = job.seed;
  out.device = context.device;
  out.train_samples = [&](int epoch) {
    if (!info.augments) return with_targets(context.splits.train(), true);
    return with_targets(
        std::make_shared<const Samples>(context.task.read_all("train", epoch_stream(job.seed, 0, epoch))), false);
  };
  const std::shared_ptr<const Samples> validation = context.splits.validation();
  out.validation = with_targets(validation, true);
  out.metrics = [&](const std::vector<Tensor> &predictions) {
    return context.task.metrics("validation", predictions, validation->targets);
  };
  out.metric_direction = info.metrics.front().direction;
  out.keep_epoch = job.keep_epoch;
  out.on_epoch = watch.epoch;
  out.cancelled = watch.cancelled;
  return context.engine.train(out);
}

std::string failure_of(const TrainResult &result) {
  if (result.status == TrainStatus::finished) return {};
  const char *what = result.status == TrainStatus::diverged        ? "diverged"
                     : result.status == TrainStatus::out_of_memory ? "out of memory"
                                                                   : "stopped";
  return result.reason.empty() ? what : fmt::format("{}: {}", what, result.reason);
}

}  // namespace

std::shared_ptr<const Samples> Teacher::taught(const std::shared_ptr<const Samples> &samples, bool shared) {
  const std::lock_guard lock(mutex_);
  if (const auto found = kept_.find(samples); found != kept_.end()) return found->second;
  Samples all = *samples;
  for (Tensor &t : predict(graph_, all.inputs, context_.engine, context_.predict()))
    all.targets.push_back(std::move(t));
  auto result = std::make_shared<const Samples>(std::move(all));
  if (shared) kept_[samples] = result;
  return result;
}

LocalResult train_local(const LocalContext &context, const LocalJob &job, const TrialWatch &watch) {
  LocalResult out;
  out.graph = job.graph;
  bool given_up = false;
  const TrialWatch remembering{[&](const Epoch &epoch) { return !(given_up = given_up || !watch.epoch(epoch)); },
                               [&] { return given_up = given_up || watch.cancelled(); }};
  try {
    out.result = train(context, job, remembering);
    out.abandoned = out.result.status == TrainStatus::stopped && given_up;
    out.failure = failure_of(out.result);
    if (!out.failure.empty()) return out;
    take_weights(out.graph, out.result.weights);
    if (!out.result.kept.empty()) {
      out.kept = job.graph;
      take_weights(*out.kept, out.result.kept);
    }
  } catch (const std::bad_alloc &) {
    out.failure = "out of memory";
  } catch (const std::exception &e) {
    out.failure = e.what();
  }
  return out;
}

std::map<std::string, double> named_metrics(const TaskInfo &task, const std::vector<double> &values) {
  std::map<std::string, double> named;
  for (std::size_t i = 0; i < values.size() && i < task.metrics.size(); ++i) named[task.metrics[i].name] = values[i];
  return named;
}

}  // namespace nac::fw
