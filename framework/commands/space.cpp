// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "commands/command_line.hpp"
#include "commands/open_task.hpp"
#include "commands/text_table.hpp"

namespace nac::fw {
namespace {

std::string kind_text(int32_t kind) {
  switch (kind) {
    case NAC_DIMENSION_INTEGER: return "integer";
    case NAC_DIMENSION_NUMBER: return "number";
    case NAC_DIMENSION_CHOICE: return "choice";
    default: return "ordered";
  }
}

std::string values_text(const Space::Dimension &d) {
  if (d.kind == NAC_DIMENSION_INTEGER)
    return fmt::format("{}..{}{}", d.low, d.high, d.step == 1 ? "" : fmt::format(" step {}", d.step));
  if (d.kind == NAC_DIMENSION_NUMBER)
    return fmt::format("[{}, {}]{}", d.low, d.high, d.logarithmic ? " logarithmic" : "");
  return fmt::format("{{{}}}", fmt::join(d.choices, ", "));
}

std::string conditions_text(const Space &space, const Space::Dimension &d) {
  std::string text;
  for (const Space::Condition &c : d.conditions) {
    std::string values;
    for (const int64_t v : c.values)
      values += (values.empty() ? "" : " or ") + space.text(c.parent, static_cast<double>(v));
    text += fmt::format("{}{} = {}", text.empty() ? "if " : " and ", space.dimensions()[c.parent].name, values);
  }
  return text;
}

}  // namespace

int command_space(const Arguments &arguments) {
  namespace po = boost::program_options;
  CommandLine line("space TASK [options]", "Prints the search space of a task, its conditions and its size.",
                   {"nac space jets", "nac space bragg --json"});
  line.option()("set,s", po::value<std::vector<std::string>>()->value_name("KEY=VALUE"), "set a parameter of the task");
  line.with_plugins();
  line.with_json();
  line.positional("task");
  if (!line.parse(arguments)) return 0;
  const std::string name = line.required("task");
  const Registry registry(line.discovery());
  const auto task = open_task(registry, name, parse_settings(line.texts("set")));
  const Space &space = task->space();
  if (line.json()) {
    nlohmann::ordered_json out{{"task", task->object().descriptor->id}, {"dimensions", nlohmann::json::array()}};
    for (const Space::Dimension &d : space.dimensions()) {
      nlohmann::ordered_json row{{"name", d.name}, {"kind", kind_text(d.kind)}};
      if (d.choices.empty())
        row["low"] = d.low, row["high"] = d.high, row["step"] = d.step, row["logarithmic"] = d.logarithmic;
      else
        row["values"] = d.choices;
      for (const Space::Condition &c : d.conditions) {
        nlohmann::ordered_json condition{{"parent", space.dimensions()[c.parent].name}};
        for (const int64_t v : c.values) condition["values"].push_back(space.text(c.parent, static_cast<double>(v)));
        row["only_if"].push_back(condition);
      }
      out["dimensions"].push_back(row);
    }
    if (std::isfinite(space.size()))
      out["size"] = space.size();
    else
      out["size"] = "infinite";
    fmt::print("{}\n", out.dump(2));
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const Space::Dimension &d : space.dimensions())
    rows.push_back({d.name, kind_text(d.kind), values_text(d), conditions_text(space, d)});
  fmt::print("{}", text_table(rows));
  if (std::isfinite(space.size()))
    fmt::print("\n{} dimensions, {:.0f} different points ({:.3g})\n", rows.size(), space.size(), space.size());
  else
    fmt::print("\n{} dimensions, infinitely many points\n", rows.size());
  return 0;
}

}  // namespace nac::fw
