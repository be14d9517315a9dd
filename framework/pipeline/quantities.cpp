// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quantities.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nac::fw {
namespace {

const Quantity *find(const std::vector<Quantity> &all, const std::string &name) {
  const auto at = std::find_if(all.begin(), all.end(), [&](const Quantity &q) { return q.name == name; });
  return at == all.end() ? nullptr : &*at;
}

std::string names_of(const std::vector<Quantity> &all) {
  std::string text;
  for (const Quantity &q : all) text += (text.empty() ? "" : ", ") + q.name;
  return text;
}

}  // namespace

const std::vector<Quantity> &cost_quantities() {
  static const std::vector<Quantity> costs = {
      {"bops", "", -1, true}, {"parameters", "", -1, true}, {"macs", "", -1, true}};
  return costs;
}

std::map<std::string, double> measured_costs(const Graph &graph, const BopsOptions &bops) {
  const Cost cost = cost_of(graph, bops);
  return {{"bops", cost.bops},
          {"parameters", static_cast<double>(cost.parameters)},
          {"macs", static_cast<double>(cost.macs)}};
}

std::map<std::string, double> costs_before_training(const SearchStage &stage, const Graph &graph,
                                                    const BopsOptions &bops) {
  return stage.quantize ? std::map<std::string, double>{} : measured_costs(graph, bops);
}

std::vector<Quantity> quantities_of(const TaskInfo &task) {
  std::vector<Quantity> all;
  for (const MetricInfo &m : task.metrics) all.push_back({m.name, m.unit, m.direction, false});
  all.insert(all.end(), cost_quantities().begin(), cost_quantities().end());
  return all;
}

std::vector<Quantity> quantities_of(const SearchStage &stage, const TaskInfo &task) {
  std::vector<Quantity> all = quantities_of(task);
  if (stage.quantize)
    for (Quantity &q : all) q.free = false;
  all.insert(all.end(), stage.hardware.begin(), stage.hardware.end());
  return all;
}

std::vector<Quantity> trained_costs(const SearchStage &stage) {
  std::vector<Quantity> costs = stage.hardware;
  if (stage.quantize) costs.insert(costs.begin(), cost_quantities().begin(), cost_quantities().end());
  return costs;
}

std::vector<Quantity> objectives_of(const SearchStage &stage, const TaskInfo &task) {
  const std::vector<Quantity> all = quantities_of(stage, task);
  if (stage.objectives.empty()) return {all.front(), *find(all, "bops")};
  std::vector<Quantity> objectives;
  for (const std::string &name : stage.objectives) {
    const Quantity *q = find(all, name);
    if (q == nullptr)
      throw UsageError(fmt::format("search.objectives: nothing measures '{}'; there are {}", name, names_of(all)));
    if (find(objectives, name) != nullptr)
      throw UsageError(fmt::format("search.objectives: '{}' is there twice", name));
    objectives.push_back(*q);
  }
  return objectives;
}

void check_constraints(const SearchStage &stage, const TaskInfo &task) {
  const std::vector<Quantity> all = quantities_of(stage, task);
  for (const Constraint &c : stage.constraints)
    if (find(all, c.name) == nullptr)
      throw UsageError(fmt::format("search.constraints: nothing measures '{}' of '{}'; there are {}", c.name, c.text,
                                   names_of(all)));
}

}  // namespace nac::fw
