// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <set>

#include "nac/backend.h"
#include "nac/compress.h"
#include "nac/search.h"
#include "nac/task.h"
#include "pipeline/confirm.hpp"
#include "pipeline/evaluate.hpp"
#include "pipeline/progress_text.hpp"
#include "pipeline/provenance.hpp"
#include "pipeline/quantities.hpp"
#include "pipeline/search.hpp"
#include "pipeline/searched_task.hpp"
#include "study/summary.hpp"

namespace nac::fw {
namespace {

using nlohmann::json;

StudyPlugin entry_of(const PluginObject &object) {
  return {object.descriptor->id, object.descriptor->version, object.library->path().string(), object.library->sha256()};
}

SearchStatus search(const SearchInputs &in, RunOutcome &outcome) {
  const SearchStage &stage = *in.experiment.search;
  std::string what = fmt::format("{} trials by {}", stage.trials, stage.strategy.plugin);
  if (!stage.presets.empty()) what += fmt::format(", {} presets first", stage.presets.size());
  if (!stage.warm_start.empty()) what += fmt::format(", told {} earlier studies", stage.warm_start.size());
  if (stage.repeats > 1) what += fmt::format(", each with {} seeds", stage.repeats);
  if (const std::vector<int> rungs = rung_epochs(stage.fidelity, stage.train.epochs); !rungs.empty())
    what +=
        fmt::format("; {} at epoch {} of {}", name_of(stage.fidelity.kind), fmt::join(rungs, ", "), stage.train.epochs);
  in.observer.stage_started("search", what);
  const SearchEnd end = run_search(in);
  outcome.interrupted = end.interrupted;
  const SearchStatus &s = end.status;
  in.observer.stage_finished(
      "search",
      fmt::format("{} of {} trials: {} complete, {}{} infeasible, {} failed, {} repeated; {} on the front{}",
                  s.finished, s.planned, s.complete, s.stopped > 0 ? fmt::format("{} stopped early, ", s.stopped) : "",
                  s.infeasible, s.failed, s.duplicates, s.front.size(), savings_text(s)));
  return s;
}

/// False: interrupted.
bool confirm(const SearchInputs &in) {
  const int results = in.experiment.select->confirm;
  in.observer.stage_started("confirm", fmt::format("every member of the front with {} seeds", results));
  const ConfirmEnd end = confirm_front(in, results);
  in.observer.stage_finished(
      "confirm",
      fmt::format("{} more trainings{}", end.trainings,
                  end.interrupted ? ", interrupted" : fmt::format("; {} on the front of means", end.members)));
  return !end.interrupted;
}

std::vector<ClassChoice> select(const SelectStage &stage, const TaskPort &task, Study &study, Observer &observer) {
  observer.stage_started("select", fmt::format("{} size classes", stage.classes.size()));
  const std::vector<ClassChoice> choices =
      select_classes(stage, summarize(study).trials, quantities_of(task.info()).front());
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

/// Models of a trial: its own, and those of its other seeds.
std::vector<std::string> models_of(const Study &study, uint64_t trial) {
  std::vector<std::string> models{study.trial(trial)->model};
  for (const Study::ResultRow &row : study.results())
    if (row.trial == trial && row.repeat > 0 && !row.model.empty()) models.push_back(row.model);
  return models;
}

/// The one place that touches the test split: once for each model of the selected trials, kept in the study.
void evaluate_selected(const Experiment &experiment, const std::vector<ClassChoice> &selected, const TaskPort &task,
                       Engine &engine, Study &study) {
  for (const ClassChoice &choice : selected) {
    if (!choice.trial) continue;
    const std::vector<std::string> models = models_of(study, *choice.trial);
    const std::string key = fmt::format("test.{}", *choice.trial);
    const std::optional<std::string> stored = study.text(key);
    if (stored && json::parse(*stored).front().size() == models.size()) continue;
    EvaluateOptions options;
    options.split = "test";
    options.device = experiment.device;
    options.bops = experiment.bops;
    json values = json::object();
    for (std::size_t i = 0; i < models.size(); ++i)
      for (const MetricValue &m :
           evaluate_onnx(study.artifact(models[i]), fmt::format("trial {}, seed {}", *choice.trial, i + 1), task,
                         engine, options)
               .metrics)
        values[m.info.name].push_back(m.value);
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
  const SearchInputs in{experiment, parts.task, parts.make_search,   engine,          study,
                        observer,   interrupts, &parts.make_backend, &parts.make_pass};
  outcome.status = search(in, outcome);
  for (const uint64_t number : outcome.status.front) outcome.front.push_back(*study.trial(number));
  if (outcome.interrupted) return outcome;
  if (experiment.select && experiment.select->confirm > 1) {
    outcome.interrupted = !confirm(in);
    if (outcome.interrupted) return outcome;
    outcome.front.clear();
    const std::vector<Trial> trials = summarize(study).trials;
    for (const uint64_t number : front_of(trials)) outcome.front.push_back(trials[number]);
  }
  if (experiment.select) outcome.selected = select(*experiment.select, parts.task, study, observer);
  const LocalInputs local{experiment, parts.task, parts.make_tuner, parts.make_pass,    engine,
                          study,      observer,   interrupts,       &parts.make_backend};
  for (const LocalStage stage : asked_stages(experiment))
    if (!outcome.interrupted) outcome.interrupted = !run_local_stage(stage, local, outcome.local);
  outcome.interrupted = outcome.interrupted || interrupts.load() > 0;
  if (outcome.interrupted) return outcome;
  observer.stage_started("report", study.folder().string());
  evaluate_selected(experiment, outcome.selected, parts.task, engine, study);
  outcome.files = write_report(study);
  observer.stage_finished("report", outcome.files.html.string());
  return outcome;
}

RunOutcome run_stage(LocalStage stage, const Experiment &experiment, const RunParts &parts, Engine &engine,
                     Study &study, Observer &observer, const std::atomic<int> &interrupts) {
  for (const Trial &trial : study.trials())
    if (!trial.finished())
      throw Error(fmt::format("trial {} of '{}' is {}: finish the search first, with nac resume {}", trial.number,
                              study.folder().string(), name_of(trial.state), study.folder().string()),
                  NAC_FAILED_PRECONDITION);
  for (const std::string &warning : record_provenance(experiment, parts.task, parts.plugins, engine.info(), study))
    observer.warning(warning);
  RunOutcome outcome;
  const LocalInputs local{experiment, parts.task, parts.make_tuner, parts.make_pass,    engine,
                          study,      observer,   interrupts,       &parts.make_backend};
  outcome.interrupted = !run_local_stage(stage, local, outcome.local);
  if (outcome.interrupted) return outcome;
  observer.stage_started("report", study.folder().string());
  outcome.files = write_report(study);
  observer.stage_finished("report", outcome.files.html.string());
  return outcome;
}

namespace {

/// What an experiment needs of the registry, for as long as both live.
RunParts parts_of(const Experiment &experiment, const Registry &registry, const TaskPort &task) {
  if (!experiment.search) throw UsageError("the manifest has no [search] table: there is nothing to run");
  const auto make = [&registry](const PluginChoice &choice) {
    const PluginObject &object = registry.find(NAC_KIND_SEARCH, choice.plugin);
    return [&object, config = Config(*object.descriptor, choice.parameters)](const Space &space,
                                                                             const SearchProxy::Setup &setup) {
      return make_search_port(object, config, space, setup);
    };
  };
  RunParts parts{task, {}, {}, {}, {}, {}};
  parts.make_search = [search = make(experiment.search->strategy), &task](const SearchProxy::Setup &setup) {
    return search(task.space(), setup);
  };
  std::vector<const PluginObject *> used{&registry.find(NAC_KIND_TASK, experiment.task.plugin),
                                         &registry.find(NAC_KIND_SEARCH, experiment.search->strategy.plugin)};
  if (experiment.tune) {
    parts.make_tuner = make(experiment.tune->strategy);
    used.push_back(&registry.find(NAC_KIND_SEARCH, experiment.tune->strategy.plugin));
  }
  if (experiment.search->quantize)
    used.push_back(&registry.find(NAC_KIND_COMPRESS, experiment.search->quantize->choice.plugin));
  for (const CompressPass &pass : experiment.compress)
    used.push_back(&registry.find(NAC_KIND_COMPRESS, pass.pass.plugin));
  parts.make_pass = [&registry](const PluginChoice &pass, const CompressProxy::Setup &setup) {
    const PluginObject &object = registry.find(NAC_KIND_COMPRESS, pass.plugin);
    return make_compress_port(object, Config(*object.descriptor, pass.parameters), setup);
  };
  if (experiment.hardware) {
    const PluginObject &object = registry.find(NAC_KIND_BACKEND, experiment.hardware->backend.plugin);
    parts.make_backend = [&object](const std::map<std::string, ConfigValue> &given) {
      return make_backend_port(object, Config(*object.descriptor, given));
    };
    used.push_back(&object);
  }
  std::set<std::string> listed;
  for (const PluginObject *object : used)
    if (listed.insert(object->descriptor->id).second) parts.plugins.push_back(entry_of(*object));
  return parts;
}

}  // namespace

RunOutcome run_experiment(const Experiment &experiment, const Registry &registry, const TaskPort &task, Engine &engine,
                          Study &study, Observer &observer, const std::atomic<int> &interrupts) {
  const std::unique_ptr<TaskPort> searched = searched_task(task, experiment);
  return run_experiment(experiment, parts_of(experiment, registry, searched ? *searched : task), engine, study,
                        observer, interrupts);
}

RunOutcome run_stage(LocalStage stage, const Experiment &experiment, const Registry &registry, const TaskPort &task,
                     Engine &engine, Study &study, Observer &observer, const std::atomic<int> &interrupts) {
  const std::unique_ptr<TaskPort> searched = searched_task(task, experiment);
  return run_stage(stage, experiment, parts_of(experiment, registry, searched ? *searched : task), engine, study,
                   observer, interrupts);
}

}  // namespace nac::fw
