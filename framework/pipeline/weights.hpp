// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "graph/graph.hpp"

namespace nac::fw {

/// Puts the trained values into the graph without loss. Values that only the loss has are left behind. Throws Error for
/// a parameter without values.
void take_weights(Graph &graph, const std::map<std::string, Tensor> &weights);

/// Gives parameters and constants of floats the values that those of the same name and shape have in `from`; masks stay
/// as they are. Returns how many.
std::size_t take_same(Graph &graph, const Graph &from);

}  // namespace nac::fw
