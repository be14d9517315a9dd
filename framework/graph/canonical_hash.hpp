// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "graph/graph.hpp"

namespace nac::fw {

/// 32 hex digits that are equal for equal architectures: independent of names, of node order, of dead branches, of
/// Identity nodes and of parameter values; different for any change in operators, attributes, wiring, shapes,
/// initialization or constant data.
std::string canonical_hash(const Graph &graph);

}  // namespace nac::fw
