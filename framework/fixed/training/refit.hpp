// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "graph/graph.hpp"

namespace nac::fw {

/// A copy of `graph` with these values (parameters and statistics by name, as an engine's state gives them) and with
/// the scales of weight quantizers with fit = 1 set for them.
Graph with_refitted_scales(const Graph &graph, const std::map<std::string, Tensor> &weights);

}  // namespace nac::fw
