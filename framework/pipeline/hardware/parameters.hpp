// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "graph/graph.hpp"
#include "manifest/experiment.hpp"
#include "services/space.hpp"

namespace nac::fw {

/// Adds a dimension for each parameter that [hardware.search] searches, behind those there are: ordered for numbers, a
/// choice for texts and booleans.
void add_dimensions(const HardwareStage &stage, Space &space);

/// What the backend is made with for a trial: the manifest's parameters, and those that are searched at the trial's
/// point (JSON; "" for a preset, which has none: then [hardware] or the plugin's default decides).
std::map<std::string, ConfigValue> parameters_at(const HardwareStage &stage, const std::string &point);

/// What tells candidates of a search apart: the architecture, and the searched parameters of the backend. `point`: JSON
/// as above.
std::string candidate_hash(const Graph &graph, const SearchStage &stage, const std::string &point);

/// What a backend is given of a network: folded, masked, and of a quantized one without what computes nothing.
Graph hardware_graph(const Graph &model);

}  // namespace nac::fw
