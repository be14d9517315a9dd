// SPDX-License-Identifier: Apache-2.0
#include "pipeline/trainings.hpp"

#include <fmt/format.h>

#include <set>

#include "manifest/read_stages.hpp"
#include "pipeline/trial_quantizer.hpp"
#include "study/summary.hpp"

namespace nac::fw {
namespace {

constexpr const char *kContinue = "continue", *kStop = "stop", *kEnded = "ended";

}  // namespace

std::shared_ptr<const HardwareCosts> hardware_costs(const SearchInputs &in) {
  if (!searches_hardware(in.experiment)) return nullptr;
  if (in.make_backend == nullptr || !*in.make_backend)
    throw Error("the search asks for costs of [hardware], but there is no backend", NAC_FAILED_PRECONDITION);
  return std::make_shared<HardwareCosts>(*in.experiment.hardware, *in.make_backend);
}

namespace {

std::shared_ptr<const TrialQuantizer> trial_quantizer(const SearchInputs &in, SharedSplits &splits) {
  const SearchStage &stage = *in.experiment.search;
  if (!stage.quantize) return nullptr;
  if (in.make_pass == nullptr || !*in.make_pass)
    throw Error("[search.quantize] asks for a compression pass, but there is none", NAC_FAILED_PRECONDITION);
  return std::make_shared<TrialQuantizer>(TrialQuantizer::Parts{
      *stage.quantize, *in.make_pass, in.task, in.engine, splits, in.experiment.bops, {in.experiment.device, 1024}});
}

}  // namespace

TrainContext train_context(const SearchInputs &in, SharedSplits &splits) {
  const SearchStage &stage = *in.experiment.search;
  return {in.task,
          in.engine,
          splits,
          stage,
          objectives_of(stage, in.task.info()),
          model_metadata(in.experiment, in.task),
          in.experiment.seed,
          in.experiment.device,
          hardware_costs(in),
          trial_quantizer(in, splits)};
}

std::map<std::string, double> mean_metrics(const std::vector<Study::ResultRow> &results, const TaskInfo &task,
                                           const std::vector<Quantity> &hardware) {
  std::map<std::string, double> mean = results.front().metrics;
  const auto values = [&](const std::string &name) {
    std::vector<double> all;
    for (const Study::ResultRow &r : results)
      if (const auto at = r.metrics.find(name); at != r.metrics.end()) all.push_back(at->second);
    return all;
  };
  for (const MetricInfo &m : task.metrics) mean[m.name] = mean_sd(values(m.name)).mean;
  for (const Quantity &q : hardware)
    if (const std::vector<double> all = values(q.name); !all.empty()) mean[q.name] = mean_sd(all).mean;
  for (const char *name : {"seconds", "epochs"}) {
    mean[name] = 0;
    for (const double v : values(name)) mean[name] += v;
  }
  return mean;
}

Trainings::Trainings(const Parts &parts)
    : parts_(parts),
      stage_(*parts.in.experiment.search),
      rung_epochs_(rung_epochs(stage_.fidelity, stage_.train.epochs)),
      gate_(FidelityRule(stage_.fidelity, parts.context.objectives), static_cast<int>(rung_epochs_.size()),
            stage_.presets.size()) {
  for (Study::RungRow &row : parts.in.study.rungs()) recorded_rungs_[row.trial].push_back(std::move(row));
  for (Study::ResultRow &row : parts.in.study.results()) recorded_results_[row.trial].push_back(std::move(row));
}

bool Trainings::stopping() const {
  return parts_.in.interrupts.load() > 0 || parts_.abort || parts_.workers.failure() != nullptr;
}

void Trainings::skip(uint64_t number) {
  const std::lock_guard lock(mutex_);
  gate_.end(number);
  decide();
}

void Trainings::known(const Trial &trial) {
  const std::lock_guard lock(mutex_);
  const Rungs rungs = recorded_rungs_[trial.number];
  for (const Study::RungRow &row : rungs) gate_.reach(trial.number, row.rung, row.objectives, true);
  gate_.end(trial.number);
  remove_old_artifacts(trial, rungs, recorded_results_[trial.number], false);
  decide();
}

void Trainings::start(Trial trial, Graph graph) {
  const std::lock_guard lock(mutex_);
  const uint64_t number = trial.number;
  Active active{std::move(trial), std::move(graph), recorded_rungs_[number], recorded_results_[number]};
  if (!active.rungs.empty() || !active.results.empty()) active.trial = parts_.table.get(number);
  for (const Study::RungRow &row : active.rungs) gate_.reach(number, row.rung, row.objectives, !row.decision.empty());
  if (!active.results.empty()) gate_.end(number);
  const bool waits = !active.rungs.empty() && active.rungs.back().decision.empty();
  remove_old_artifacts(active.trial, active.rungs, active.results, active.results.empty());
  active_.emplace(number, std::move(active));
  if (!waits) submit(number);
  decide();
}

/// The epoch of the next rung, 0 when there is none before the end.
int Trainings::end_of_part(const Active &active) const {
  const auto next = static_cast<std::size_t>(next_rung(active));
  return active.results.empty() && next <= rung_epochs_.size() ? rung_epochs_[next - 1] : 0;
}

void Trainings::submit(uint64_t number) {
  parts_.workers.submit([this, number] {
    if (!stopping()) run_part(number);
  });
}

void Trainings::run_part(uint64_t number) {
  Active active;
  {
    const std::lock_guard lock(mutex_);
    active = active_.at(number);
  }
  active.trial.state = TrialState::running;
  parts_.table.update(active.trial);
  parts_.monitor.started(active.trial);
  TrainedTrial trained = train(active);
  if (trained.abandoned) return parts_.monitor.paused();
  if (trained.trial.state == TrialState::paused)
    paused(number, std::move(trained));
  else
    ended(number, std::move(trained));
}

TrainedTrial Trainings::train(const Active &active) {
  const uint64_t number = active.trial.number;
  const TrialWatch watch{[&](const Epoch &epoch) {
                           parts_.monitor.epoch(number, epoch);
                           return parts_.workers.failure() == nullptr;
                         },
                         [&] { return parts_.in.interrupts.load() > 1 || parts_.abort; }};
  TrainPart part;
  part.repeat = static_cast<int>(active.results.size());
  part.pause_after = end_of_part(active);
  Trial trial = active.trial;
  if (part.repeat > 0) trial.metrics.erase("seconds");
  if (part.repeat == 0 && !active.rungs.empty()) {
    try {
      part.checkpoint = parts_.in.study.artifact(active.rungs.back().checkpoint);
      return train_trial(parts_.context, trial, active.graph, part, watch);
    } catch (const Error &e) {
      // Longer, but with the same result.
      parts_.monitor.warning(
          fmt::format("trial {} cannot be continued and is trained again from its start: {}", number, e.what()));
      part.checkpoint.clear();
    }
  }
  return train_trial(parts_.context, std::move(trial), active.graph, part, watch);
}

void Trainings::paused(uint64_t number, TrainedTrial trained) {
  const std::lock_guard lock(mutex_);
  Active &active = active_.at(number);
  Study::RungRow row;
  row.trial = number;
  row.rung = next_rung(active);
  row.epoch = rung_epochs_[static_cast<std::size_t>(row.rung - 1)];
  row.objectives = trained.trial.objectives;
  row.checkpoint = parts_.in.study.store_artifact(trained.checkpoint);
  row.model = trained.trial.model = parts_.in.study.store_artifact(trained.onnx);
  parts_.table.commit({trained.trial, trained.epochs, {row}, {}});
  active.trial = std::move(trained.trial);
  active.rungs.push_back(row);
  remove_old_artifacts(active.trial, active.rungs, {}, true);
  parts_.monitor.paused();
  gate_.reach(number, row.rung, row.objectives);
  decide();
}

void Trainings::ended(uint64_t number, TrainedTrial trained) {
  const std::lock_guard lock(mutex_);
  Active &active = active_.at(number);
  Trial &trial = trained.trial;
  const bool complete = trial.state == TrialState::complete;
  const int repeat = static_cast<int>(active.results.size());
  Rungs rungs;
  if (repeat == 0) {
    // Patience may have ended it before the last rungs; nothing would have changed until them.
    while (complete && static_cast<std::size_t>(next_rung(active)) <= rung_epochs_.size()) {
      Study::RungRow row{number,
                         next_rung(active),
                         static_cast<int>(trial.metrics.at("epochs")),
                         trial.objectives,
                         kEnded,
                         "ended before",
                         {},
                         {}};
      gate_.reach(number, row.rung, row.objectives, true);
      active.rungs.push_back(row);
      rungs.push_back(std::move(row));
    }
    gate_.end(number);
  }
  Results results;
  if (!trained.onnx.empty()) trial.model = parts_.in.study.store_artifact(trained.onnx);
  if (stage_.repeats > 1) {
    results.push_back({number, repeat, complete ? "" : trial.reason, trial.metrics, complete ? trial.model : ""});
    active.results.push_back(results.front());
  }
  std::vector<Study::EpochRow> epochs = repeat == 0 ? std::move(trained.epochs) : std::vector<Study::EpochRow>{};
  const std::string first_model = repeat == 0 ? trial.model : active.trial.model;
  if (!complete) {
    // Nothing that a failed trial had reached may look like a result.
    if (stage_.repeats > 1) trial.reason = fmt::format("seed {} of {}: {}", repeat + 1, stage_.repeats, trial.reason);
    trial.model.clear();
    trial.objectives.clear();
    for (const MetricInfo &m : parts_.context.task.info().metrics) trial.metrics.erase(m.name);
    trial.metrics.erase("best_epoch");
  } else if (stage_.repeats > 1) {
    trial.model = first_model;
    if (repeat + 1 < stage_.repeats) {
      trial.state = TrialState::paused;
      parts_.table.commit({trial, epochs, rungs, results});
      active.trial = trial;
      remove_old_artifacts(trial, active.rungs, active.results, false);
      parts_.monitor.paused();
      submit(number);
      return decide();
    }
    trial.metrics = mean_metrics(active.results, parts_.context.task.info(), trained_costs(stage_));
    trial.objectives = minimized(parts_.context.objectives, trial.metrics);
    trial.reason = broken_constraint(stage_.constraints, trial.metrics);
    trial.feasible = trial.reason.empty();
  }
  finish(active, std::move(trial), epochs, std::move(rungs), std::move(results));
  decide();
}

void Trainings::finish(Active &active, Trial trial, const std::vector<Study::EpochRow> &epochs, Rungs rungs,
                       Results results) {
  parts_.table.commit({trial, epochs, std::move(rungs), std::move(results)});
  remove_old_artifacts(trial, active.rungs, active.results, false);
  active_.erase(trial.number);
  parts_.monitor.finished(trial, true);
}

void Trainings::decide() {
  for (auto decisions = gate_.take(); !decisions.empty(); decisions = gate_.take())
    for (const RungGate::Decision &d : decisions) {
      Active &active = active_.at(d.trial);
      Study::RungRow &row = active.rungs.back();
      row.decision = d.verdict.go_on ? kContinue : kStop;
      row.note = d.verdict.note;
      if (!d.verdict.go_on) {
        stop(active, d.verdict.note);
        continue;
      }
      parts_.in.study.add_rung(row);
      submit(d.trial);
    }
}

void Trainings::stop(Active &active, const std::string &note) {
  const Study::RungRow row = active.rungs.back();
  Trial trial = active.trial;
  trial.state = TrialState::stopped;
  trial.reason = fmt::format("rung {} at epoch {}: {}{}{}", row.rung, row.epoch, note, trial.reason.empty() ? "" : "; ",
                             trial.reason);
  parts_.table.commit({trial, {}, {row}, {}});
  gate_.end(trial.number);
  remove_old_artifacts(trial, active.rungs, {}, false);
  active_.erase(trial.number);
  parts_.monitor.finished(trial, false);
}

/// Checkpoints and models of rungs that are not needed any more; what is absent was removed before.
void Trainings::remove_old_artifacts(const Trial &trial, const Rungs &rungs, const Results &results,
                                     bool unfinished) const {
  std::set<std::string> keep{trial.model, ""};
  if (unfinished && !rungs.empty()) keep.insert(rungs.back().checkpoint);
  for (const Study::ResultRow &r : results) keep.insert(r.model);
  for (const Study::RungRow &row : rungs)
    for (const std::string &artifact : {row.checkpoint, row.model})
      if (keep.count(artifact) == 0) parts_.in.study.remove_artifact(artifact);
}

}  // namespace nac::fw
