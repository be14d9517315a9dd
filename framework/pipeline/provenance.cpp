// SPDX-License-Identifier: Apache-2.0
#include "pipeline/provenance.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/version.hpp"
#include "manifest/read_stages.hpp"
#include "pipeline/quantities.hpp"
#include "services/sha256.hpp"

namespace nac::fw {
namespace {

using nlohmann::json;

void add_parameters(const std::string &table, const PluginChoice &choice, json &all) {
  for (const auto &[name, value] : choice.parameters) all[table + "." + name] = to_toml(value);
}

json recipe_of(const Recipe &r) {
  return {{"epochs", r.epochs},
          {"batch_size", r.batch_size},
          {"optimizer", name_of(r.optimizer)},
          {"learning_rate", r.learning_rate},
          {"weight_decay", r.weight_decay},
          {"momentum", r.momentum},
          {"schedule", name_of(r.schedule)},
          {"final_learning_rate", r.final_learning_rate},
          {"step_size", r.step_size},
          {"gamma", r.gamma},
          {"plateau_patience", r.plateau_patience},
          {"patience", r.patience},
          {"clip_norm", r.clip_norm},
          {"monitor_metric", r.monitor_metric}};
}

void add_quantize(const SearchStage &stage, json &all) {
  if (!stage.quantize) return;
  all["search.quantize.plugin"] = stage.quantize->choice.plugin;
  add_parameters("search.quantize", stage.quantize->choice, all);
}

std::map<std::string, std::string> flat_of(const json &all) {
  std::map<std::string, std::string> flat;
  for (const auto &[key, value] : all.items()) flat[key] = value.dump(-1, ' ', false, json::error_handler_t::replace);
  return flat;
}

std::map<std::string, std::string> stored_settings(const Study &study, const std::string &stored) {
  try {
    return json::parse(stored).get<std::map<std::string, std::string>>();
  } catch (const json::exception &e) {
    throw Error(
        fmt::format("the study '{}' cannot be compared with this experiment: {}", study.folder().string(), e.what()),
        NAC_DATA_LOSS);
  }
}

/// What decides the results of the search, flat, by the names that the manifest uses.
std::map<std::string, std::string> decisive(const Experiment &e, const TaskPort &task) {
  const std::string data = task.fingerprint();
  json all = {{"experiment.seed", e.seed},
              {"task.plugin", task.id()},
              {"bops.convention", name_of(e.bops.convention)},
              {"bops.weight_bits", e.bops.weight_bits},
              {"bops.activation_bits", e.bops.activation_bits},
              {"the search space", task.space().fingerprint()},
              {"the data", sha256_hex(data)}};
  add_parameters("task", e.task, all);
  // Data may move as long as it is the same; a task that cannot tell is taken at its path.
  if (!data.empty()) all.erase("task.data");
  if (e.search) {
    all["search.plugin"] = e.search->strategy.plugin;
    add_parameters("search", e.search->strategy, all);
    all["search.lookahead"] = e.search->lookahead;
    all["search.train"] = recipe_of(e.search->train);
    all["search.presets"] = e.search->presets;
    // As they are by default they are not named.
    if (!e.search->warm_start.empty()) all["search.warm_start"] = e.search->warm_start;
    if (e.search->repeats != 1) all["search.repeats"] = e.search->repeats;
    if (const Fidelity &f = e.search->fidelity; f.kind != FidelityKind::none)
      all["search.fidelity"] = {{"kind", name_of(f.kind)}, {"eta", f.eta}, {"grace", f.grace}};
    json constraints = json::array();
    for (const Constraint &c : e.search->constraints) constraints.push_back(c.text);
    all["search.constraints"] = constraints;
    json objectives = json::array();
    for (const Quantity &q : objectives_of(*e.search, task.info())) objectives.push_back(q.name);
    all["search.objectives"] = objectives;
    add_quantize(*e.search, all);
    if (searches_hardware(e)) {
      all["hardware.plugin"] = e.hardware->backend.plugin;
      add_parameters("hardware", e.hardware->backend, all);
    }
  }
  return flat_of(all);
}

void compare_decisive(const Study &study, const std::string &stored, const std::map<std::string, std::string> &now) {
  const std::map<std::string, std::string> then = stored_settings(study, stored);
  std::set<std::string> keys;
  for (const auto &[key, value] : then) keys.insert(key);
  for (const auto &[key, value] : now) keys.insert(key);
  for (const std::string &key : keys) {
    const auto a = then.find(key);
    const auto b = now.find(key);
    const std::string was = a == then.end() ? "not set" : a->second;
    const std::string is = b == now.end() ? "not set" : b->second;
    if (was != is)
      throw Error(fmt::format("the study '{}' was started with other settings: {} was {} and is now {}; choose another "
                              "study folder, or set it back",
                              study.folder().string(), key, was, is),
                  NAC_FAILED_PRECONDITION);
  }
}

void compare_text(const Study &study, const std::string &key, const std::string &what, const std::string &now,
                  std::vector<std::string> &warnings) {
  const std::optional<std::string> then = study.text(key);
  if (then && *then != now && !then->empty() && !now.empty())
    warnings.push_back(fmt::format("{} was {} when the study was started and is now {}", what, *then, now));
}

void compare_plugins(const Study &study, const std::vector<StudyPlugin> &now, std::vector<std::string> &warnings) {
  for (const StudyPlugin &then : study.plugins())
    for (const StudyPlugin &p : now)
      if (p.id == then.id && p.sha256 != then.sha256)
        warnings.push_back(
            fmt::format("plugin {} {} ({}) is another build than the {} that the study was started with: "
                        "new trials may differ from what it would have given",
                        p.id, p.version, p.path, then.version));
}

std::string engine_text_of(EngineChoice choice, const EngineInfo &engine) {
  // Networks that this engine has no plan for are trained by LibTorch, whose version is known once it is loaded.
  return fmt::format("{} {}{}", engine.name, engine.version, choice == EngineChoice::automatic ? ", else torch" : "");
}

/// What reports need to know of a search.
void record_search(const SearchStage &stage, const TaskPort &task, Study &study) {
  study.set_text("objectives", to_json(objectives_of(stage, task.info())));
  study.set_text("constraints", to_json(stage.constraints));
  const json fidelity = {
      {"kind", name_of(stage.fidelity.kind)}, {"eta", stage.fidelity.eta},
      {"grace", stage.fidelity.grace},        {"rungs", rung_epochs(stage.fidelity, stage.train.epochs)},
      {"epochs", stage.train.epochs},         {"repeats", stage.repeats}};
  study.set_text("fidelity", fidelity.dump());
}

}  // namespace

void require_same_quantization(const Experiment &experiment, const Study &earlier) {
  std::map<std::string, std::string> then = stored_settings(earlier, earlier.text("decisive").value_or("{}"));
  std::erase_if(then, [](const auto &entry) { return !entry.first.starts_with("search.quantize."); });
  json all = json::object();
  add_quantize(*experiment.search, all);
  const auto text_of = [](const std::map<std::string, std::string> &settings) {
    std::string text;
    for (const auto &[key, value] : settings) text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key, value);
    return text.empty() ? "no [search.quantize]" : text;
  };
  const std::map<std::string, std::string> now = flat_of(all);
  if (then != now)
    throw Error(fmt::format("'search.warm_start': the networks of the study '{}' were measured with {}, those of this "
                            "search are with {}",
                            earlier.folder().string(), text_of(then), text_of(now)),
                NAC_FAILED_PRECONDITION);
}

std::vector<std::string> record_provenance(const Experiment &experiment, const TaskPort &task,
                                           const std::vector<StudyPlugin> &plugins, const EngineInfo &engine,
                                           Study &study) {
  std::vector<std::string> warnings;
  const std::map<std::string, std::string> now = decisive(experiment, task);
  const std::string engine_text = engine_text_of(experiment.engine, engine);
  const std::string trials = experiment.search ? std::to_string(experiment.search->trials) : "0";
  if (const auto stored = study.text("decisive")) {
    compare_decisive(study, *stored, now);
    compare_plugins(study, plugins, warnings);
    compare_text(study, "engine", "the engine", engine_text, warnings);
    compare_text(study, "blas", "the BLAS library", engine.blas, warnings);
    compare_text(study, "device", "the device", experiment.device, warnings);
    compare_text(study, "program", "nac", kVersion, warnings);
    compare_text(study, "trials", "the number of trials", trials, warnings);
  }
  study.set_plugins(plugins);
  study.set_text("manifest", experiment.source);
  study.set_text("name", experiment.name);
  study.set_text("seed", std::to_string(experiment.seed));
  study.set_text("engine", engine_text);
  study.set_text("blas", engine.blas);
  study.set_text("device", experiment.device);
  study.set_text("program", kVersion);
  study.set_text("trials", trials);
  study.set_text("bops", fmt::format("{}, {} bit weights, {} bit activations", name_of(experiment.bops.convention),
                                     experiment.bops.weight_bits, experiment.bops.activation_bits));
  study.set_text("task", task.id());
  study.set_text("task.describe", task.describe());
  std::vector<Quantity> quantities = quantities_of(task.info());
  // Of [hardware], those that the search measures; what only a project has is in its own table.
  if (searches_hardware(experiment) || (experiment.search && experiment.search->quantize))
    quantities = quantities_of(*experiment.search, task.info());
  study.set_text("quantities", to_json(quantities));
  if (experiment.search) record_search(*experiment.search, task, study);
  // Last: a study with this key has all the others.
  study.set_text("decisive", json(now).dump(-1, ' ', false, json::error_handler_t::replace));
  return warnings;
}

std::string record_other_engine(const EngineInfo &torch, Study &study) {
  const std::string now = fmt::format("{} {} with {}", torch.name, torch.version, torch.blas);
  std::vector<std::string> warnings;
  compare_text(study, "engine.other", "the engine of other networks", now, warnings);
  study.set_text("engine.other", now);
  return warnings.empty() ? "" : warnings.front();
}

}  // namespace nac::fw
