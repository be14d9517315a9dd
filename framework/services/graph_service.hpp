// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "graph/graph.hpp"

namespace nac::fw {

const nac_graph_service &graph_service();
inline nac_graph *to_abi(Graph *graph) { return reinterpret_cast<nac_graph *>(graph); }
inline const nac_graph *to_abi(const Graph *graph) { return reinterpret_cast<const nac_graph *>(graph); }

}  // namespace nac::fw
