// SPDX-License-Identifier: Apache-2.0
#include "fixed/training/quantized_graph.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace nac::fw {

bool QuantizedGraph::has_quantizers(const Graph &graph) {
  const std::vector<NodeId> nodes = graph.topological();
  return std::any_of(nodes.begin(), nodes.end(), [&](NodeId id) { return is_quant(graph, id); });
}

QuantizedGraph::QuantizedGraph(const Graph &graph) : trace_(graph) {
  for (QuantizedLayer &layer : quantized_layers(trace_)) {
    std::vector<NodeId> nodes{layer.product};
    nodes.insert(nodes.end(), layer.after.begin(), layer.after.end());
    const NodeId last = nodes.back();
    nodes.pop_back();
    inside_.insert(nodes.begin(), nodes.end());
    layers_.emplace(last, std::move(layer));
  }
}

const QuantizedLayer *QuantizedGraph::layer_at(NodeId last) const {
  const auto found = layers_.find(last);
  return found == layers_.end() ? nullptr : &found->second;
}

std::vector<const QuantizedLayer *> QuantizedGraph::layers() const {
  std::vector<const QuantizedLayer *> all;
  for (const auto &[id, layer] : layers_) all.push_back(&layer);
  return all;
}

GridPlan QuantizedGraph::plan_of(const Grid &grid) const {
  GridPlan plan;
  plan.largest = grid.largest;
  for (const GridTerm &term : grid.terms) plan.terms.push_back({trace_.node(term.quant).inputs.at(1), term.shift});
  return plan;
}

GridPlan QuantizedGraph::require_grid(ValueId id) const { return plan_of(grid_of(trace_, id)); }

GridPlan QuantizedGraph::grid(ValueId id) const {
  try {
    return require_grid(id);
  } catch (const Error &) {
    return {};
  }
}

NodeId QuantizedGraph::sole_quantizer(ValueId id) const {
  try {
    const Grid grid = grid_of(trace_, id);
    return grid.terms.size() == 1 && grid.terms[0].shift == 0 ? grid.terms[0].quant : 0;
  } catch (const Error &) {
    return 0;
  }
}

}  // namespace nac::fw
