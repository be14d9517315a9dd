// SPDX-License-Identifier: Apache-2.0
#include "pipeline/search_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "graph/describe.hpp"
#include "pipeline/searched_parameters.hpp"
#include "pipeline/streams.hpp"
#include "pipeline/warm_start.hpp"

namespace nac::fw {
namespace {

/// After so many failures without a single result something is wrong with the experiment rather than with a candidate.
constexpr uint64_t kFailuresToStop = 10;

/// The budget that the search was first told: it may size populations by it, so a resumed one must hear the same.
uint64_t first_budget(Study &study, uint64_t trials) {
  if (const auto stored = study.text("search.budget")) return std::stoull(*stored);
  study.set_text("search.budget", std::to_string(trials));
  return trials;
}

nac_status status_of(const Trial &trial) {
  if (trial.measured()) return trial.feasible ? NAC_OK : NAC_INFEASIBLE;
  return trial.state == TrialState::infeasible ? NAC_INFEASIBLE : NAC_INTERNAL;
}

std::string values_of(const Trial &trial) {
  return trial.preset.empty() ? trial.point : "preset '" + trial.preset + "'";
}

}  // namespace

SearchRun::SearchRun(const SearchInputs &in)
    : in_(in),
      stage_(*in.experiment.search),
      presets_(stage_.presets.size()),
      lookahead_(std::max<uint64_t>(1, stage_.lookahead)),
      table_(in.study),
      splits_(in.task),
      context_(train_context(in, splits_)),
      candidates_(in.task, stage_, in.experiment.bops, context_.objectives),
      monitor_(in.observer, context_.objectives, presets_ + stage_.trials, stage_.train.epochs * stage_.repeats),
      trainings_({in, context_, table_, monitor_, workers_, abort_}),
      recorded_tells_(in.study.tells()),
      workers_(std::min(worker_count(stage_.parallel), static_cast<int>(lookahead_))) {
  check_constraints(stage_, in.task.info());
  SearchProxy::Setup setup;
  setup.objectives = static_cast<uint32_t>(context_.objectives.size());
  setup.seed = search_stream(in.experiment.seed);
  setup.trials = first_budget(in.study, stage_.trials);
  setup.lookahead = static_cast<uint32_t>(lookahead_);
  setup.candidates = &candidates_;
  search_ = in.make_search(setup);
  uint64_t number = kWarmTrials;
  for (const WarmResult &r : warm_results(in)) search_->tell(number++, r.status, r.point, r.objectives);
}

SearchRun::~SearchRun() { abort_ = true; }

bool SearchRun::stopping() const { return in_.interrupts.load() > 0 || workers_.failure() != nullptr; }

SearchEnd SearchRun::run() {
  bool done = false;
  try {
    done = drive();
  } catch (...) {
    abort_ = true;
    workers_.drop_waiting();
    workers_.wait_idle();
    throw;
  }
  if (!done) workers_.drop_waiting();
  workers_.wait_idle();
  if (const std::exception_ptr failure = workers_.failure()) std::rethrow_exception(failure);
  return {!done, monitor_.status()};
}

bool SearchRun::drive() {
  for (uint64_t p = 0; p < presets_; ++p) {
    if (stopping()) return false;
    Trial trial;
    trial.number = p;
    trial.preset = stage_.presets[p];
    prepare(trial, [&] { return in_.task.build_preset(stage_.presets[p]); });
  }
  while (points_.size() < stage_.trials && !exhausted_) {
    if (stopping()) return false;
    // Before ask n: exactly the tells of trials <= n - lookahead.
    if (points_.size() >= lookahead_ + told_) {
      if (!tell_next()) return false;
    } else if (!ask_next()) {
      return false;
    }
  }
  monitor_.plan(presets_ + points_.size());
  while (told_ < points_.size())
    if (!tell_next()) return false;
  for (uint64_t p = 0; p < presets_; ++p)
    if (!settle(p)) return false;
  return true;
}

bool SearchRun::ask_next() {
  const uint64_t index = points_.size();
  Point point(in_.task.space());
  for (AskOutcome outcome; (outcome = search_->ask(index, point)) != AskOutcome::proposed;) {
    if (outcome == AskOutcome::exhausted) {
      exhausted_ = true;
      return true;
    }
    if (told_ == index)
      throw Error(fmt::format("search {} waits for results although it has been told all {} of its trials",
                              stage_.strategy.plugin, told_));
    if (!tell_next()) return false;
    point = Point(in_.task.space());
  }
  Trial trial;
  trial.number = number_of(index);
  trial.point = point.to_json();
  trial.told_before = told_;
  points_.push_back(point);
  prepare(trial, [&] { return in_.task.build(point); });
  return true;
}

bool SearchRun::tell_next() {
  const uint64_t number = number_of(told_);
  if (!settle(number)) return false;
  const Trial trial = table_.get(number);
  if (told_ >= recorded_tells_.size())
    in_.study.record_tell(number);
  else if (recorded_tells_[told_] != number)
    throw Error(fmt::format("the study records trial {} as number {} told to the search, it must be trial {}; the "
                            "study is damaged or was written by other rules",
                            recorded_tells_[told_], told_ + 1, number),
                NAC_DATA_LOSS);
  const nac_status status = status_of(trial);
  search_->tell(told_, status, points_[told_], status == NAC_OK ? trial.objectives : std::vector<double>{});
  ++told_;
  stop_if_all_fail(trial);
  return true;
}

void SearchRun::stop_if_all_fail(const Trial &told) {
  if (told.measured()) any_measured_ = true;
  if (told.state == TrialState::failed) ++told_failed_;
  if (!any_measured_ && told_failed_ >= kFailuresToStop)
    throw Error(fmt::format("the first {} trials of the search that could be built all failed; trial {}: {}",
                            told_failed_, told.number, told.reason),
                NAC_FAILED_PRECONDITION);
}

void SearchRun::compare_with_recorded(const Trial &trial) const {
  const Trial recorded = table_.get(trial.number);
  bool same = recorded.preset == trial.preset && recorded.told_before == trial.told_before;
  if (same && recorded.point != trial.point) {
    // The same point may be spelled otherwise by another version.
    const Space &space = in_.task.space();
    same = !recorded.point.empty() && !trial.point.empty() &&
           Point::from_json(space, recorded.point).canonical() == Point::from_json(space, trial.point).canonical();
  }
  if (!same)
    throw Error(
        fmt::format("the study cannot be continued: trial {} was {} after {} results, the search now asks for "
                    "{} after {}; the search plugin, the task or its data are not those that the study was "
                    "started with",
                    trial.number, values_of(recorded), recorded.told_before, values_of(trial), trial.told_before),
        NAC_FAILED_PRECONDITION);
}

void SearchRun::prepare(Trial trial, const Build &build) {
  if (!table_.has(trial.number)) {
    table_.add(trial);
  } else {
    compare_with_recorded(trial);
    Trial recorded = table_.get(trial.number);
    if (recorded.finished()) {
      if (!recorded.hash.empty()) table_.first_with(recorded.hash, recorded.number);
      trainings_.known(recorded);
      monitor_.known(recorded);
      return;
    }
  }
  build_and_submit(std::move(trial), build);
}

void SearchRun::build_and_submit(Trial trial, const Build &build) {
  Graph graph;
  try {
    graph = build();
    trial.hash = candidate_hash(graph, stage_, trial.point);
    trial.architecture = describe(graph);
    trial.metrics = costs_before_training(stage_, graph, in_.experiment.bops);
  } catch (const Infeasible &e) {
    return end_untrained(std::move(trial), TrialState::infeasible, e.what());
  } catch (const UsageError &) {
    throw;  // such as a preset that the task does not have: the manifest's fault
  } catch (const std::exception &e) {
    trial.hash.clear();  // nothing may count as a repetition of what could not be measured
    return end_untrained(std::move(trial), TrialState::failed, e.what());
  }
  if (const uint64_t first = table_.first_with(trial.hash, trial.number); first != trial.number) {
    trial.duplicate_of = static_cast<int64_t>(first);
    trainings_.skip(trial.number);
    repeats_[trial.number] = std::move(trial);
    return;
  }
  if (const std::string reason = broken_constraint(stage_.constraints, trial.metrics); !reason.empty())
    return end_untrained(std::move(trial), TrialState::infeasible, reason);
  if (context_.hardware != nullptr) {
    try {
      context_.hardware->check_shapes(graph, trial.point);
    } catch (const Infeasible &e) {
      return end_untrained(std::move(trial), TrialState::infeasible, e.what());
    } catch (const std::exception &e) {
      return end_untrained(std::move(trial), TrialState::failed, e.what());
    }
  }
  // Data that cannot be read is the run's failure, not that of every trial.
  splits_.validation();
  if (!in_.task.info().augments) splits_.train();
  trainings_.start(std::move(trial), std::move(graph));
}

void SearchRun::end_untrained(Trial trial, TrialState state, const std::string &reason) {
  trial.state = state;
  trial.reason = reason;
  trial.feasible = state != TrialState::infeasible;
  table_.update(trial);
  trainings_.skip(trial.number);
  monitor_.finished(trial, false);
}

bool SearchRun::settle(uint64_t number) {
  const auto repeat = repeats_.find(number);
  if (repeat == repeats_.end()) return table_.wait_finished(number, [&] { return stopping(); });
  Trial trial = repeat->second;
  const auto original = static_cast<uint64_t>(trial.duplicate_of);
  if (!settle(original)) return false;
  const Trial first = table_.get(original);
  trial.state = first.state;
  trial.reason = first.reason;
  trial.metrics = first.metrics;
  trial.metrics.erase("seconds");
  trial.metrics.erase("samples_per_second");
  trial.objectives = first.objectives;
  trial.feasible = first.feasible;
  trial.model = first.model;
  table_.update(trial);
  repeats_.erase(repeat);
  monitor_.finished(trial, false);
  return true;
}

SearchEnd run_search(const SearchInputs &in) { return SearchRun(in).run(); }

}  // namespace nac::fw
