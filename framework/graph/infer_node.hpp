// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "graph/graph.hpp"
#include "graph/operators.hpp"

namespace nac::fw {

/// "Conv(x [N, 1, 11, 11], w [8, 1, 3, 3])", for messages; tolerates inputs that do not exist.
std::string label_of(const Graph &graph, const Node &node);
/// Type of the node's result. Completes and normalizes the node's attributes and inputs; throws Error when anything
/// does not fit.
Typed infer_node(const Graph &graph, Node &node);

}  // namespace nac::fw
