// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "graph/cost.hpp"
#include "manifest/experiment.hpp"
#include "plugin/task_proxy.hpp"
#include "study/quantity.hpp"

namespace nac::fw {

/// Costs that every graph has: bops, parameters, macs.
const std::vector<Quantity> &cost_quantities();
/// Their values.
std::map<std::string, double> measured_costs(const Graph &graph, const BopsOptions &bops);
/// Metrics of the task, then the costs.
std::vector<Quantity> quantities_of(const TaskInfo &task);
/// Those, and the costs that the backend of [hardware] estimates.
std::vector<Quantity> quantities_of(const SearchStage &stage, const TaskInfo &task);
/// The objectives of a stage: those named, or the task's first metric and bops. Throws UsageError for names that
/// nothing measures, listing those there are.
std::vector<Quantity> objectives_of(const SearchStage &stage, const TaskInfo &task);
/// Throws UsageError for constraints on what nothing measures.
void check_constraints(const SearchStage &stage, const TaskInfo &task);

}  // namespace nac::fw
