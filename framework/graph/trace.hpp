// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "graph/graph.hpp"

namespace nac::fw {

/// Questions about how values depend on each other, answered once per graph.
class Trace {
 public:
  explicit Trace(const Graph &graph);

  const Graph &graph() const { return graph_; }
  /// Live nodes, producers first.
  const std::vector<NodeId> &nodes() const { return nodes_; }
  const Node &node(NodeId id) const { return graph_.node(id); }
  bool is(NodeId id, const char *op) const;
  /// The value depends on a graph input; weights, also quantized ones, do not.
  bool is_activation(ValueId id) const { return id != 0 && activation_[id]; }
  /// The parameter or constant behind a value that is reshaped, transposed, masked (the first
  /// factor of a product with a constant), quantized or passed on unchanged; 0: none.
  ValueId weight_behind(ValueId id) const;
  /// Node that computes `id`, looking through Identity and Quant, normalizations and activations, and with `layout`
  /// also through Reshape, Flatten, Transpose and scaling by a weight; 0: none, an input.
  NodeId source(ValueId id, bool layout) const;
  /// Live nodes that read the value.
  const std::vector<NodeId> &users(ValueId id) const { return users_[id]; }

  /// MatMul of two activations.
  bool is_attention_matmul(NodeId id) const;
  static bool is_pointwise(const Node &node);

 private:
  const Graph &graph_;
  std::vector<NodeId> nodes_;
  std::vector<bool> activation_;
  std::vector<std::vector<NodeId>> users_;
};

}  // namespace nac::fw
