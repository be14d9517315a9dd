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
/// Those that a search knows of a network that is not trained: none with [search.quantize], where weights and widths
/// decide them.
std::map<std::string, double> costs_before_training(const SearchStage &stage, const Graph &graph,
                                                    const BopsOptions &bops);
/// Metrics of the task, then the costs.
std::vector<Quantity> quantities_of(const TaskInfo &task);
/// Those, and the costs that the backend of [hardware] estimates. With [search.quantize] no cost is free: training
/// decides what is left of a network.
std::vector<Quantity> quantities_of(const SearchStage &stage, const TaskInfo &task);
/// Costs that are known only after training, by the names of its quantities.
std::vector<Quantity> trained_costs(const SearchStage &stage);
/// The objectives of a stage: those named, or the task's first metric and bops. Throws UsageError for names that
/// nothing measures, listing those there are.
std::vector<Quantity> objectives_of(const SearchStage &stage, const TaskInfo &task);
/// Throws UsageError for constraints on what nothing measures.
void check_constraints(const SearchStage &stage, const TaskInfo &task);

}  // namespace nac::fw
