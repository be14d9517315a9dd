// SPDX-License-Identifier: Apache-2.0
#include "pipeline/train_trial.hpp"

#include <fmt/format.h>

#include <cmath>
#include <new>

#include "graph/onnx.hpp"
#include "pipeline/streams.hpp"
#include "pipeline/trial_quantizer.hpp"
#include "pipeline/weights.hpp"
#include "services/config_json.hpp"

namespace nac::fw {
namespace {

TrainResult train(const TrainContext &context, uint64_t number, Graph &graph, const TrainPart &part,
                  const TrialWatch &watch) {
  const uint64_t seed = repeat_seed(context.seed, part.repeat);
  initialize(graph, trial_stream(seed, number, Purpose::initialization));
  const TaskProxy::WithLoss trained = context.task.with_loss(graph);
  const TaskInfo &info = context.task.info();
  TrainJob job;
  job.graph = &trained.graph;
  job.loss = trained.loss;
  job.target_count = static_cast<uint32_t>(info.targets.size());
  job.recipe = context.stage.train;
  job.seed = trial_stream(seed, number, Purpose::shuffling);
  job.device = context.device;
  if (info.augments)
    job.train_samples = [&](int epoch) {
      return std::make_shared<const Samples>(context.task.read_all("train", epoch_stream(seed, number, epoch)));
    };
  else
    job.train_samples = [&](int) { return context.splits.train(); };
  job.validation = context.splits.validation();
  job.metrics = [&, validation = job.validation](const std::vector<Tensor> &predictions) {
    return context.task.metrics("validation", predictions, validation->targets);
  };
  job.metric_direction = info.metrics.front().direction;
  job.on_epoch = watch.epoch;
  job.cancelled = watch.cancelled;
  job.pause_after = part.pause_after;
  job.checkpoint = part.checkpoint;
  return context.engine.train(job);
}

std::map<std::string, std::string> metadata_of(const TrainContext &context, const Trial &trial, int repeat) {
  std::map<std::string, std::string> metadata = context.metadata;
  metadata["nac.trial"] = std::to_string(trial.number);
  if (repeat > 0) metadata["nac.repeat"] = std::to_string(repeat);
  for (const Quantity &q : quantities_of(context.stage, context.task.info()))
    if (const auto at = trial.metrics.find(q.name); at != trial.metrics.end())
      metadata["nac.metric." + q.name] = fmt::format("{}", at->second);
  return metadata;
}

void take_result(const TrainContext &context, const TrainResult &result, int repeat, Graph &graph, TrainedTrial &out) {
  Trial &trial = out.trial;
  trial.metrics["seconds"] += result.seconds;
  trial.metrics["samples_per_second"] = result.samples_per_second;
  trial.metrics["epochs"] = result.epochs;
  for (const Epoch &e : result.history)
    out.epochs.push_back({trial.number, e.epoch, e.learning_rate, e.train_loss, e.validation_loss, e.metrics});
  if (result.status != TrainStatus::finished && result.status != TrainStatus::paused) {
    trial.state = TrialState::failed;
    const char *what = result.status == TrainStatus::diverged        ? "diverged"
                       : result.status == TrainStatus::out_of_memory ? "out of memory"
                                                                     : "stopped";
    trial.reason = result.reason.empty() ? what : fmt::format("{}: {}", what, result.reason);
    return;
  }
  const std::vector<MetricInfo> &metrics = context.task.info().metrics;
  if (result.metrics.size() != metrics.size())
    throw Error(fmt::format("the training gave {} metrics, task {} declares {}", result.metrics.size(),
                            context.task.id(), metrics.size()));
  trial.metrics["best_epoch"] = result.best_epoch;
  take_weights(graph, result.weights);
  std::vector<double> measured = result.metrics;
  if (context.quantize != nullptr) {
    const uint64_t seed = trial_stream(repeat_seed(context.seed, repeat), trial.number, Purpose::compressing);
    TrialQuantizer::Result quantized = context.quantize->run(graph, measured, trial.point, seed);
    graph = std::move(quantized.model);
    measured = quantized.metrics;
    for (const auto &[name, value] : quantized.costs) trial.metrics[name] = value;
  }
  for (std::size_t i = 0; i < metrics.size(); ++i) trial.metrics[metrics[i].name] = measured[i];
  if (context.hardware != nullptr)
    for (const auto &[name, value] : context.hardware->measure(graph, trial.point)) trial.metrics[name] = value;
  trial.objectives = minimized(context.objectives, trial.metrics);
  trial.reason = broken_constraint(context.stage.constraints, trial.metrics);
  trial.feasible = trial.reason.empty();
  out.onnx = to_onnx(graph, trial.architecture, metadata_of(context, trial, repeat));
  out.checkpoint = result.checkpoint;
  trial.state = result.status == TrainStatus::paused ? TrialState::paused : TrialState::complete;
}

}  // namespace

std::shared_ptr<const Samples> SharedSplits::load(const char *split, std::shared_ptr<const Samples> &kept) {
  const std::lock_guard lock(mutex_);
  if (kept == nullptr) {
    auto samples = std::make_shared<const Samples>(task_.read_all(split, 0));
    if (samples->count() == 0)
      throw Error(fmt::format("split '{}' of task {} is empty", split, task_.id()), NAC_FAILED_PRECONDITION);
    kept = std::move(samples);
  }
  return kept;
}

std::shared_ptr<const Samples> SharedSplits::train() { return load("train", train_); }
std::shared_ptr<const Samples> SharedSplits::validation() { return load("validation", validation_); }

std::map<std::string, std::string> model_metadata(const Experiment &experiment, const TaskPort &task) {
  const std::map<std::string, ConfigValue> bops{{"convention", std::string(name_of(experiment.bops.convention))},
                                                {"weight_bits", int64_t{experiment.bops.weight_bits}},
                                                {"activation_bits", int64_t{experiment.bops.activation_bits}}};
  std::map<std::string, ConfigValue> parameters = experiment.task.parameters;
  for (auto &[key, value] : task.fitted()) parameters[key] = value;
  return {{kTaskKey, task.id()},
          {kTaskParametersKey, to_json(parameters)},
          {kBopsKey, to_json(bops)},
          {"nac.study", experiment.name}};
}

TrainedTrial train_trial(const TrainContext &context, Trial trial, Graph graph, const TrainPart &part,
                         const TrialWatch &watch) {
  TrainedTrial out;
  out.trial = std::move(trial);
  bool given_up = false;
  const TrialWatch remembering{[&](const Epoch &epoch) { return !(given_up = given_up || !watch.epoch(epoch)); },
                               [&] { return given_up = given_up || watch.cancelled(); }};
  std::string failure;
  try {
    const TrainResult result = train(context, out.trial.number, graph, part, remembering);
    if (result.status == TrainStatus::stopped && given_up) {
      out.abandoned = true;
      return out;
    }
    take_result(context, result, part.repeat, graph, out);
    return out;
  } catch (const UnfitPass &) {
    throw;
  } catch (const Infeasible &e) {
    // The backend says so of the trained network; what it was trained to is no result.
    out.trial.state = TrialState::infeasible;
    out.trial.reason = e.what();
    out.trial.feasible = false;
    out.trial.objectives.clear();
    return out;
  } catch (const Error &e) {
    if (!part.checkpoint.empty() && e.status() == NAC_DATA_LOSS) throw;
    failure = e.what();
  } catch (const std::bad_alloc &) {
    failure = "out of memory";
  } catch (const std::exception &e) {
    failure = e.what();
  }
  out.trial.state = TrialState::failed;
  out.trial.reason = failure;
  out.trial.feasible = true;
  out.trial.objectives.clear();
  return out;
}

}  // namespace nac::fw
