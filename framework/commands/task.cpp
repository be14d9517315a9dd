// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands/command_line.hpp"
#include "commands/open_task.hpp"
#include "commands/text_table.hpp"
#include "graph/cost.hpp"
#include "graph/describe.hpp"
#include "nac/task.h"

namespace nac::fw {
namespace {

std::string shape_text(const TensorInfo &info) {
  std::string text = name_of(info.dtype);
  text += " [N";
  for (const int64_t d : info.shape) text += fmt::format(", {}", d);
  return text + "]";
}

nlohmann::ordered_json to_json(const TaskProxy &task) {
  nlohmann::ordered_json out{{"id", task.object().descriptor->id}, {"description", task.describe()}};
  for (const TensorInfo &t : task.info().inputs) out["inputs"].push_back({{"name", t.name}, {"shape", t.shape}});
  for (const TensorInfo &t : task.info().targets) out["targets"].push_back({{"name", t.name}, {"shape", t.shape}});
  for (const MetricInfo &m : task.info().metrics)
    out["metrics"].push_back({{"name", m.name}, {"unit", m.unit}, {"direction", m.direction}, {"summary", m.summary}});
  for (const char *split : {"train", "validation", "test"}) out["samples"][split] = task.size(split);
  for (const PresetInfo &p : task.info().presets) {
    const Graph graph = task.build_preset(p.name);
    const Cost cost = cost_of(graph);
    out["presets"].push_back({{"name", p.name},
                              {"summary", p.summary},
                              {"parameters", cost.parameters},
                              {"macs", cost.macs},
                              {"bops", cost.bops},
                              {"architecture", describe(graph)}});
  }
  return out;
}

void print_text(const TaskProxy &task) {
  const nac_descriptor &d = *task.object().descriptor;
  fmt::print("{}: {}\n\n{}\n", d.name, d.summary, task.describe());
  std::vector<std::vector<std::string>> rows;
  for (const TensorInfo &t : task.info().inputs) rows.push_back({"input", t.name, shape_text(t)});
  for (const TensorInfo &t : task.info().targets) rows.push_back({"target", t.name, shape_text(t)});
  for (const char *split : {"train", "validation", "test"})
    rows.push_back({"samples", split, fmt::format("{}", task.size(split))});
  fmt::print("\nData:\n{}", text_table(rows));
  rows.clear();
  for (const MetricInfo &m : task.info().metrics)
    rows.push_back({m.name, m.unit, m.direction < 0 ? "smaller is better" : "larger is better", m.summary});
  fmt::print("\nMetrics:\n{}", text_table(rows));
  if (!task.info().presets.empty()) {
    rows = {{"name", "parameters", "MACs", "BOPs (32 bit)", "architecture"}};
    for (const PresetInfo &p : task.info().presets) {
      const Graph graph = task.build_preset(p.name);
      const Cost cost = cost_of(graph);
      rows.push_back({p.name, fmt::format("{}", cost.parameters), fmt::format("{}", cost.macs),
                      fmt::format("{:.4g}", cost.bops), describe(graph)});
    }
    fmt::print("\nPresets:\n{}", text_table(rows));
  }
  fmt::print("\nSearch space: {} dimensions, {:.4g} different networks at most; see `nac space {}`.\n",
             task.space().dimensions().size(), task.space().size(), task.object().short_name());
}

}  // namespace

int command_task_list(const Arguments &arguments) {
  CommandLine line("task list [options]", "Lists the tasks there are.", {"nac task list"});
  line.with_plugins();
  line.with_json();
  if (!line.parse(arguments)) return 0;
  const Registry registry(line.discovery());
  nlohmann::ordered_json out = nlohmann::json::array();
  std::vector<std::vector<std::string>> rows;
  for (const PluginObject &object : registry.objects()) {
    if (std::string(object.descriptor->kind) != NAC_KIND_TASK) continue;
    out.push_back({{"id", object.descriptor->id}, {"summary", object.descriptor->summary}});
    rows.push_back({object.short_name(), object.descriptor->version, object.descriptor->summary});
  }
  if (line.json())
    fmt::print("{}\n", out.dump(2));
  else
    fmt::print("{}", rows.empty() ? "no task plugins found; see `nac plugin list`\n" : text_table(rows));
  return 0;
}

int command_task_show(const Arguments &arguments) {
  namespace po = boost::program_options;
  CommandLine line("task show NAME [options]", "Shows a task's data, metrics and presets with their costs.",
                   {"nac task show bragg", "nac task show jets --set data=/data/jets --set constituents=16"});
  line.option()("set,s", po::value<std::vector<std::string>>()->value_name("KEY=VALUE"),
                "set a parameter of the task (see nac plugin show)");
  line.with_plugins();
  line.with_json();
  line.positional("name");
  if (!line.parse(arguments)) return 0;
  const std::string name = line.required("name");
  const Registry registry(line.discovery());
  const auto task = open_task(registry, name, parse_settings(line.texts("set")));
  if (line.json())
    fmt::print("{}\n", to_json(*task).dump(2));
  else
    print_text(*task);
  return 0;
}

}  // namespace nac::fw
