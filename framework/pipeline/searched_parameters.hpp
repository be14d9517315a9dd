// SPDX-License-Identifier: Apache-2.0
//
// Parameters of plugins as dimensions of the search: of the backend, and of the pass that quantizes.
#pragma once
#include <map>
#include <string>

#include "graph/graph.hpp"
#include "manifest/experiment.hpp"
#include "services/space.hpp"

namespace nac::fw {

/// Adds a dimension for each parameter that is searched, behind those there are: ordered for numbers, a choice for
/// texts and booleans.
void add_dimensions(const SearchedParameters &searched, Space &space);

/// What the plugin is made with for a trial: the manifest's parameters, and those that are searched at the trial's
/// point (JSON; "" for a preset, which has none: then what does not change, or the plugin's default, decides).
std::map<std::string, ConfigValue> parameters_at(const SearchedParameters &searched, const std::string &point);

/// What tells candidates of a search apart: the architecture, and the searched parameters. `point`: JSON as above.
std::string candidate_hash(const Graph &graph, const SearchStage &stage, const std::string &point);

}  // namespace nac::fw
