// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>

#include "graph/graph.hpp"

namespace nac::fw {

/// What to write instead while copying a graph in deployed form.
struct Edit {
  std::map<ValueId, Tensor> data;       ///< of parameters and constants, in new shapes
  std::map<NodeId, Tensor> shapes;      ///< of Reshapes
  NodeId product = 0;                   ///< whose bias is new
  NodeId bias_quant = 0, bias_add = 0;  ///< of that bias, when there was one
  std::optional<Tensor> bias, bias_scale;
  int bias_width = 2;
  std::string bias_name;
};

/// The live part of a graph once more, with what the edit says. Names survive.
Graph edited_copy(const Graph &graph, const Edit &edit);

}  // namespace nac::fw
