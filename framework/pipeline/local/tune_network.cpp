// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/tune_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "graph/onnx.hpp"
#include "pipeline/local/recipe_space.hpp"
#include "pipeline/streams.hpp"

namespace nac::fw {
namespace {

constexpr const char *kAsked = "asked", *kComplete = "complete", *kFailed = "failed";

/// The structure of a stored model: its trained values go, so that each training begins afresh. The file keeps no
/// distributions of start values; the task's own graph does.
Graph fresh_network(const LocalInputs &in, uint64_t number) {
  Trial trial = *in.study.trial(number);
  if (trial.duplicate_of >= 0) trial = *in.study.trial(static_cast<uint64_t>(trial.duplicate_of));
  return trial.preset.empty() ? in.task.build(Point::from_json(in.task.space(), trial.point))
                              : in.task.build_preset(trial.preset);
}

}  // namespace

TuneNetwork::TuneNetwork(const Parts &parts, uint64_t trial, uint64_t budget)
    : parts_(parts),
      stage_(*parts.in.experiment.tune),
      trial_(trial),
      budget_(budget),
      network_(fresh_network(parts.in, trial)),
      workers_(std::min(worker_count(stage_.parallel), static_cast<int>(stage_.lookahead))) {
  SearchProxy::Setup setup;
  setup.objectives = 1;
  setup.seed = stage_seed(parts.in.experiment.seed, Purpose::tuning, trial, "search", 0);
  setup.trials = budget;
  setup.lookahead = stage_.lookahead;
  search_ = parts.in.make_tuner(parts.space, setup);
  for (Row &row : parts.in.study.tune_rows())
    if (row.trial == trial) rows_[row.number] = std::move(row);
}

TuneNetwork::~TuneNetwork() { workers_.drop_waiting(); }

bool TuneNetwork::run() {
  bool done = true;
  while (done && points_.size() < stage_.trials && !exhausted_)
    done = points_.size() >= stage_.lookahead + told_ ? tell_next() : ask_next();
  while (done && told_ < points_.size()) done = tell_next();
  if (!done) workers_.drop_waiting();
  workers_.wait_idle();
  if (const std::exception_ptr failure = workers_.failure()) std::rethrow_exception(failure);
  return done;
}

bool TuneNetwork::ask_next() {
  const uint64_t number = points_.size();
  Point point(parts_.space);
  for (AskOutcome outcome; (outcome = search_->ask(number, point)) != AskOutcome::proposed;) {
    if (outcome == AskOutcome::exhausted) return exhausted_ = true;
    if (told_ == number)
      throw Error(fmt::format("search {} waits for results although it has been told all {} recipes",
                              stage_.strategy.plugin, told_));
    if (!tell_next()) return false;
    point = Point(parts_.space);
  }
  points_.push_back(point);
  Row row;
  row.trial = trial_;
  row.number = number;
  row.point = point.to_json();
  row.state = kAsked;
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = rows_.find(number); known != rows_.end()) {
      if (known->second.point != row.point)
        throw Error(fmt::format("recipe {} of trial {} was {} when the study was tuned, and the search asks for {} "
                                "now; it is another build or has other parameters",
                                number, trial_, known->second.point, row.point),
                    NAC_FAILED_PRECONDITION);
      if (known->second.state != kAsked) return true;
    }
    rows_[number] = row;
  }
  if (stopping()) return false;
  parts_.in.study.set_tune_row(row);
  workers_.submit([this, row, point] {
    if (!stopping()) train(row, point);
  });
  return true;
}

bool TuneNetwork::wait_finished(uint64_t number) {
  std::unique_lock lock(mutex_);
  while (rows_.at(number).state == kAsked) {
    // A job that was dropped or given up leaves its row as it is.
    if (stopping()) {
      lock.unlock();
      workers_.drop_waiting();
      workers_.wait_idle();
      lock.lock();
      return rows_.at(number).state != kAsked;
    }
    changed_.wait_for(lock, std::chrono::milliseconds(20));
  }
  return true;
}

bool TuneNetwork::tell_next() {
  if (!wait_finished(told_)) return false;
  Row row;
  {
    const std::lock_guard lock(mutex_);
    row = rows_.at(told_);
  }
  const MetricInfo &metric = parts_.in.task.info().metrics.front();
  const bool complete = row.state == kComplete;
  search_->tell(
      told_, complete ? NAC_OK : NAC_INTERNAL, points_[told_],
      complete ? std::vector<double>{-metric.direction * row.metrics.at(metric.name)} : std::vector<double>{});
  if (complete) keep_best(row);
  ++told_;
  return true;
}

/// In the order of the tells, so that a resumed run keeps and removes the same. What is removed goes before its row
/// says so: a run that is killed in between does it again.
void TuneNetwork::keep_best(Row &row) {
  const MetricInfo &metric = parts_.in.task.info().metrics.front();
  const auto loss = [&](const Row &r) { return -metric.direction * r.metrics.at(metric.name); };
  const auto drop = [&](Row r) {
    if (r.model.empty()) return;
    parts_.in.study.remove_artifact(r.model);
    r.model.clear();
    parts_.in.study.set_tune_row(r);
    const std::lock_guard lock(mutex_);
    rows_[r.number] = r;
  };
  if (best_ && loss(row) >= loss(*best_)) return drop(row);
  if (best_) drop(*best_);
  best_ = row;
}

void TuneNetwork::train(const Row &row, const Point &point) {
  const auto seed = [&](const char *what) {
    return stage_seed(parts_.in.experiment.seed, Purpose::tuning, trial_, what, row.number);
  };
  LocalJob job;
  job.graph = network_;
  initialize(job.graph, seed("initialization"));
  job.recipe = recipe_at(stage_, point);
  job.seed = seed("shuffling");
  const TrialWatch watch{[&](const Epoch &epoch) {
                           parts_.progress.epoch(trial_, epoch);
                           return workers_.failure() == nullptr;
                         },
                         [&] { return parts_.in.interrupts.load() > 1; }};
  const LocalResult trained = train_local(parts_.context, job, watch);
  if (!trained.abandoned) finish(measured(row, point, trained));
}

TuneNetwork::Row TuneNetwork::measured(const Row &asked, const Point &point, const LocalResult &trained) const {
  Row row = asked;
  row.metrics = {{"seconds", trained.result.seconds}, {"epochs", trained.result.epochs}};
  row.state = kFailed;
  row.reason = trained.failure;
  if (!row.reason.empty()) return row;
  const std::vector<MetricInfo> &metrics = parts_.in.task.info().metrics;
  if (trained.result.metrics.size() != metrics.size() || !std::isfinite(trained.result.metrics.front())) {
    row.reason = fmt::format("the training gave no finite {}", metrics.front().name);
    return row;
  }
  row.metrics["best_epoch"] = trained.result.best_epoch;
  for (const auto &[name, value] : named_metrics(parts_.in.task.info(), trained.result.metrics))
    row.metrics[name] = value;
  std::map<std::string, std::string> metadata = parts_.context.metadata;
  metadata["nac.trial"] = std::to_string(trial_);
  metadata["nac.recipe"] = std::to_string(row.number);
  row.state = kComplete;
  row.model = parts_.in.study.store_artifact(
      to_onnx(trained.graph, fmt::format("trial {}, recipe {}", trial_, point.to_json()), metadata));
  return row;
}

void TuneNetwork::finish(const Row &row) {
  parts_.in.study.set_tune_row(row);
  {
    const std::lock_guard lock(mutex_);
    rows_[row.number] = row;
  }
  changed_.notify_all();
  const std::string what =
      row.state == kFailed ? row.reason : values_text(row.metrics, {parts_.in.task.info().metrics.front().name});
  parts_.progress.finished(fmt::format("trial {} recipe {}: {}", trial_, row.number, what), row.state == kFailed);
}

}  // namespace nac::fw
