// SPDX-License-Identifier: Apache-2.0
#include "manifest/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>

#include "base/error.hpp"
#include "manifest/plugin_choice.hpp"
#include "manifest/read_fidelity.hpp"
#include "manifest/read_recipe.hpp"
#include "manifest/read_stages.hpp"
#include "nac/search.h"
#include "nac/task.h"
#include "services/nearest.hpp"

namespace nac::fw {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int64_t kMaxInt = std::numeric_limits<int64_t>::max();

const std::vector<std::string> kTopKeys{"experiment", "plugin",   "task",        "bops",   "search",  "select",
                                        "tune",       "compress", "compression", "choose", "hardware"};
const std::vector<std::string> kExperimentKeys{"name", "seed", "study", "device", "engine"};
const std::vector<std::string> kSearchKeys{"plugin", "trials",  "objectives", "constraints", "parallel",   "lookahead",
                                           "train",  "presets", "fidelity",   "repeats",     "warm_start", "quantize"};
const std::vector<std::string> kBopsKeys{"convention", "weight_bits", "activation_bits"};

bool contains(const std::vector<std::string> &names, const std::string &name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A file name of letters, digits, '-', '_' and '.', since the study's folder is called so.
bool valid_name(const std::string &name) {
  return !name.empty() && name[0] != '.' && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
}

/// What searches when the manifest does not say.
constexpr const char *kDefaultSearch = "gp";

void read_header(ManifestDocument &d, Experiment &e) {
  if (!d.has("experiment")) d.problem("", "the table [experiment] is missing; it needs at least name = \"...\"");
  if (const auto name = d.text("experiment.name")) {
    e.name = *name;
    if (!valid_name(e.name))
      d.problem("experiment.name", fmt::format("'{}' is no study name: use letters, digits, '-', '_' and '.'", e.name));
  } else if (d.has("experiment") && !d.has("experiment.name")) {
    d.problem("experiment", "[experiment] needs the key 'name', e.g. name = \"my-study\"");
  }
  if (const auto seed = d.integer("experiment.seed", 0, kMaxInt)) e.seed = static_cast<uint64_t>(*seed);
  e.study = std::filesystem::path("studies") / (e.name.empty() ? "unnamed" : e.name);
  if (const auto study = d.text("experiment.study")) e.study = *study;
  e.study = std::filesystem::absolute(e.study).lexically_normal();
  if (const auto device = d.text("experiment.device")) {
    e.device = *device;
    if (e.device != "auto" && e.device != "cpu" && e.device.rfind("cuda", 0) != 0)
      d.problem("experiment.device", fmt::format("'device' must be auto, cpu, cuda or cuda:N, found \"{}\"", e.device));
  }
  if (const auto engine = d.text("experiment.engine"); engine && !parse(*engine, e.engine))
    d.problem("experiment.engine", fmt::format("'engine' must be {}, found \"{}\"", kEngineChoices, *engine));
  if (e.engine == EngineChoice::fused && e.device.rfind("cuda", 0) == 0)
    d.problem("experiment.engine",
              fmt::format("'engine' must be auto or torch for device = \"{}\": the fused engine runs on the CPU only",
                          e.device));
  d.report_unread("experiment", kExperimentKeys);
}

void read_bops(ManifestDocument &d, Experiment &e) {
  if (const auto text = d.text("bops.convention")) {
    try {
      e.bops.convention = parse_bops_convention(*text);
    } catch (const UsageError &error) {
      d.problem("bops.convention", error.what());
    }
  }
  if (const auto bits = d.integer("bops.weight_bits", 1, 64)) e.bops.weight_bits = static_cast<int>(*bits);
  if (const auto bits = d.integer("bops.activation_bits", 1, 64)) e.bops.activation_bits = static_cast<int>(*bits);
  d.report_unread("bops", kBopsKeys);
}

SearchStage read_search(ManifestDocument &d) {
  SearchStage s;
  s.strategy = read_plugin(d, "search", kSearchKeys, kDefaultSearch);
  if (const auto v = d.integer("search.trials", 1, 100'000'000)) s.trials = static_cast<uint64_t>(*v);
  if (const auto v = d.texts("search.objectives")) s.objectives = *v;
  if (const auto v = d.texts("search.presets")) s.presets = *v;
  if (const auto v = d.texts("search.warm_start")) s.warm_start = *v;
  if (const auto v = d.integer("search.parallel", 0, 4096)) s.parallel = static_cast<int>(*v);
  if (const auto v = d.integer("search.lookahead", 1, 4096)) s.lookahead = static_cast<uint32_t>(*v);
  if (const auto v = d.texts("search.constraints")) {
    for (const std::string &text : *v) {
      try {
        s.constraints.push_back(parse_constraint(text));
      } catch (const UsageError &error) {
        d.problem("search.constraints", error.what());
      }
    }
  }
  if (d.has("search.train") && !d.is_table("search.train"))
    d.problem("search.train", "'search.train' must be a table, e.g. train = { epochs = 30, batch_size = 256 }");
  s.train = read_recipe(d, "search.train");
  s.fidelity = read_fidelity(d, s.train.epochs);
  if (d.has("search.quantize") && !d.is_table("search.quantize"))
    d.problem("search.quantize",
              "'search.quantize' must be a table, e.g. quantize = { plugin = \"qat\", bits = [4, 8], epochs = 0 }");
  if (d.is_table("search.quantize")) s.quantize = read_quantize(d);
  if (const auto v = d.integer("search.repeats", 1, 1000)) s.repeats = static_cast<int>(*v);
  return s;
}

SelectStage read_select(ManifestDocument &d) {
  SelectStage s;
  for (const std::string &name : d.keys("select.classes"))
    if (const auto bound = d.number("select.classes." + name, 0, kInfinity, true)) s.classes.emplace_back(name, *bound);
  std::stable_sort(s.classes.begin(), s.classes.end(),
                   [](const auto &a, const auto &b) { return a.second < b.second; });
  if (const auto v = d.integer("select.confirm", 1, 1000)) s.confirm = static_cast<int>(*v);
  d.report_unread("select", {"classes", "confirm"});
  return s;
}

}  // namespace

Constraint parse_constraint(const std::string &text) {
  Constraint c;
  c.text = text;
  const std::size_t at_most = text.find("<="), at_least = text.find(">=");
  const std::size_t op = std::min(at_most, at_least);
  const auto trimmed = [](std::string s) {
    const auto first = s.find_first_not_of(" \t"), last = s.find_last_not_of(" \t");
    return first == std::string::npos ? std::string() : s.substr(first, last - first + 1);
  };
  if (op != std::string::npos) {
    c.at_most = op == at_most;
    c.name = trimmed(text.substr(0, op));
    const std::string limit = trimmed(text.substr(op + 2));
    char *end = nullptr;
    c.limit = std::strtod(limit.c_str(), &end);
    if (!c.name.empty() && !limit.empty() && *end == '\0' && std::isfinite(c.limit)) return c;
  }
  throw UsageError(
      fmt::format("'{}' is no constraint; write e.g. \"parameters <= 5000\" or \"accuracy >= 0.6\"", text));
}

const std::vector<std::string> &cost_names() {
  static const std::vector<std::string> names{"bops", "parameters", "macs"};
  return names;
}

Experiment read_experiment(ManifestDocument &d, const std::filesystem::path &folder) {
  Experiment e;
  e.folder = std::filesystem::absolute(folder).lexically_normal();
  e.source = d.source();
  read_header(d, e);
  if (d.has("plugin") && d.count("plugin") == 0)
    d.problem("plugin", "write plugin libraries as [[plugin]] with path = \"...\"");
  for (std::size_t i = 0; i < d.count("plugin"); ++i) {
    const std::string entry = fmt::format("plugin[{}]", i);
    if (const auto path = d.text(entry + ".path"))
      e.plugin_paths.push_back((e.folder / *path).lexically_normal());
    else if (!d.has(entry + ".path"))
      d.problem(entry, "[[plugin]] needs path = \"...\": a library or a folder of libraries");
    d.report_unread(entry, {"path"});
  }
  if (d.is_table("task"))
    e.task = read_plugin(d, "task", {});
  else
    d.problem("", "the table [task] is missing; it needs at least plugin = \"...\"");
  read_bops(d, e);
  if (d.has("search")) e.search = read_search(d);
  if (d.has("select")) e.select = read_select(d);
  read_stages(d, e);
  d.report_unread("", kTopKeys);
  return e;
}

void check_plugins(ManifestDocument &d, Experiment &e, const Registry &registry) {
  check_plugin(d, "task", NAC_KIND_TASK, e.task, {}, registry, e.folder);
  if (e.search) check_plugin(d, "search", NAC_KIND_SEARCH, e.search->strategy, kSearchKeys, registry, e.folder);
  check_stage_plugins(d, e, registry);
}

void check_names(ManifestDocument &d, Experiment &e, const TaskInfo &task) {
  if (!e.search) return;
  std::vector<std::string> known;
  for (const MetricInfo &metric : task.metrics) known.push_back(metric.name);
  known.insert(known.end(), cost_names().begin(), cost_names().end());
  for (const Quantity &q : e.search->hardware) known.push_back(q.name);
  if (e.search->objectives.empty()) e.search->objectives = {task.metrics.at(0).name, "bops"};
  const auto check = [&](const std::string &key, const std::string &name, const char *what) {
    const bool open = e.hardware && e.hardware->quantities.empty() && name.find('.') != std::string::npos;
    if (contains(known, name) || open) return;  // what is wrong with [hardware] has been said
    if (!e.hardware && name.find('.') != std::string::npos)
      d.problem(key, missing_hardware(name));
    else
      d.problem(key, fmt::format("unknown {} '{}'{}; there are {}", what, name, did_you_mean(name, known),
                                 quoted_list(known)));
  };
  for (std::size_t i = 0; i < e.search->objectives.size(); ++i) {
    check("search.objectives", e.search->objectives[i], "objective");
    if (std::count(e.search->objectives.begin(), e.search->objectives.begin() + static_cast<std::ptrdiff_t>(i),
                   e.search->objectives[i]) != 0)
      d.problem("search.objectives", fmt::format("objective '{}' is listed twice", e.search->objectives[i]));
  }
  const auto is_cost = [](const std::string &name) { return contains(cost_names(), name); };
  const std::vector<std::string> &objectives = e.search->objectives;
  if (e.search->fidelity.kind != FidelityKind::none && std::all_of(objectives.begin(), objectives.end(), is_cost))
    d.problem("search.fidelity",
              fmt::format("[search.fidelity] compares trainings, but no objective is a metric of the task: {}",
                          quoted_list(objectives)));
  for (const Constraint &constraint : e.search->constraints) check("search.constraints", constraint.name, "quantity");
  std::vector<std::string> presets;
  for (const PresetInfo &preset : task.presets) presets.push_back(preset.name);
  for (const std::string &preset : e.search->presets)
    if (!contains(presets, preset))
      d.problem("search.presets",
                fmt::format("unknown preset '{}'{}; this task has {}", preset, did_you_mean(preset, presets),
                            presets.empty() ? "none" : quoted_list(presets)));
  check_stage_names(d, e, known);
}

}  // namespace nac::fw
