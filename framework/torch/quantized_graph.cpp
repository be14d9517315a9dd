// SPDX-License-Identifier: Apache-2.0
#include "torch/quantized_graph.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "torch/quantize.hpp"

namespace nac::fw::libtorch {

int GridPlan::fraction(const Frame &frame) const {
  int finest = std::numeric_limits<int>::min();
  for (const Term &term : terms) finest = std::max(finest, fraction_of(frame.values[term.scale]) + term.shift);
  return finest;
}

at::Tensor GridPlan::step(const Frame &frame) const {
  at::Tensor least;
  for (const Term &term : terms) {
    const at::Tensor step = frame.values[term.scale].detach().to(at::kDouble) * std::ldexp(1.0, -term.shift);
    least = least.defined() ? at::minimum(least, step) : step;
  }
  return least;
}

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

}  // namespace nac::fw::libtorch
