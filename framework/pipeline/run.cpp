// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "nac/search.h"
#include "nac/task.h"
#include "pipeline/evaluate.hpp"
#include "pipeline/provenance.hpp"
#include "pipeline/quantities.hpp"
#include "pipeline/search.hpp"

namespace nac::fw {
namespace {

using nlohmann::json;

StudyPlugin entry_of(const PluginObject &object) {
  return {object.descriptor->id, object.descriptor->version, object.library->path().string(), object.library->sha256()};
}

SearchStatus search(const Experiment &experiment, const RunParts &parts, Engine &engine, Study &study,
                    Observer &observer, const std::atomic<int> &interrupts, RunOutcome &outcome) {
  const SearchStage &stage = *experiment.search;
  observer.stage_started(
      "search", fmt::format("{} trials by {}{}", stage.trials, stage.strategy.plugin,
                            stage.presets.empty() ? "" : fmt::format(", {} presets first", stage.presets.size())));
  const SearchEnd end = run_search({experiment, parts.task, parts.make_search, engine, study, observer, interrupts});
  outcome.interrupted = end.interrupted;
  observer.stage_finished(
      "search", fmt::format("{} of {} trials: {} complete, {} infeasible, {} failed, {} repeated; {} on the front",
                            end.status.finished, end.status.planned, end.status.complete, end.status.infeasible,
                            end.status.failed, end.status.duplicates, end.status.front.size()));
  return end.status;
}

std::vector<ClassChoice> select(const SelectStage &stage, const TaskPort &task, Study &study, Observer &observer) {
  observer.stage_started("select", fmt::format("{} size classes", stage.classes.size()));
  const std::vector<ClassChoice> choices = select_classes(stage, study.trials(), quantities_of(task.info()).front());
  json stored = json::array();
  std::string result;
  for (const ClassChoice &c : choices) {
    json entry = {{"name", c.name}, {"limit", c.limit}};
    if (c.trial) entry["trial"] = *c.trial;
    stored.push_back(entry);
    result += fmt::format("{}{}: {}", result.empty() ? "" : ", ", c.name,
                          c.trial ? fmt::format("trial {}", *c.trial) : "none of this size");
  }
  study.set_text("select", stored.dump());
  observer.stage_finished("select", result);
  return choices;
}

/// The one place that touches the test split: once for each selected model, kept in the study.
void evaluate_selected(const Experiment &experiment, const std::vector<ClassChoice> &selected, const TaskPort &task,
                       Engine &engine, Study &study) {
  for (const ClassChoice &choice : selected) {
    if (!choice.trial) continue;
    const std::string key = fmt::format("test.{}", *choice.trial);
    if (study.text(key)) continue;
    EvaluateOptions options;
    options.split = "test";
    options.device = experiment.device;
    options.bops = experiment.bops;
    json values = json::object();
    for (const MetricValue &m : evaluate_trial(study, *choice.trial, task, engine, options).metrics)
      values[m.info.name] = m.value;
    study.set_text(key, values.dump());
  }
}

}  // namespace

RunOutcome run_experiment(const Experiment &experiment, const RunParts &parts, Engine &engine, Study &study,
                          Observer &observer, const std::atomic<int> &interrupts) {
  if (!experiment.search) throw UsageError("the manifest has no [search] table: there is nothing to run");
  check_constraints(*experiment.search, parts.task.info());
  for (const std::string &warning : record_provenance(experiment, parts.task, parts.plugins, engine.info(), study))
    observer.warning(warning);
  RunOutcome outcome;
  outcome.status = search(experiment, parts, engine, study, observer, interrupts, outcome);
  for (const uint64_t number : outcome.status.front) outcome.front.push_back(*study.trial(number));
  if (outcome.interrupted) return outcome;
  if (experiment.select) outcome.selected = select(*experiment.select, parts.task, study, observer);
  if (interrupts.load() > 0) {
    outcome.interrupted = true;
    return outcome;
  }
  observer.stage_started("report", study.folder().string());
  evaluate_selected(experiment, outcome.selected, parts.task, engine, study);
  outcome.files = write_report(study);
  observer.stage_finished("report", outcome.files.html.string());
  return outcome;
}

RunOutcome run_experiment(const Experiment &experiment, const Registry &registry, const TaskPort &task, Engine &engine,
                          Study &study, Observer &observer, const std::atomic<int> &interrupts) {
  if (!experiment.search) throw UsageError("the manifest has no [search] table: there is nothing to run");
  const PluginObject &task_plugin = registry.find(NAC_KIND_TASK, experiment.task.plugin);
  const PluginObject &search_plugin = registry.find(NAC_KIND_SEARCH, experiment.search->strategy.plugin);
  const Config search_config(*search_plugin.descriptor, experiment.search->strategy.parameters);
  const RunParts parts{task,
                       [&](const SearchProxy::Setup &setup) {
                         return make_search_port(search_plugin, search_config, task.space(), setup);
                       },
                       {entry_of(task_plugin), entry_of(search_plugin)}};
  return run_experiment(experiment, parts, engine, study, observer, interrupts);
}

}  // namespace nac::fw
