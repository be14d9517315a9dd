// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/trace.hpp"

#include <algorithm>

#include "graph/trace.hpp"

namespace nac::fw {
namespace {

/// Quantized activations, producers first.
std::vector<ValueId> quantized_activations(const Graph &graph) {
  const Trace trace(graph);
  std::vector<ValueId> values;
  for (const NodeId id : trace.nodes()) {
    const Node &node = graph.node(id);
    if (node.op == "Quant" && trace.is_activation(node.outputs[0])) values.push_back(node.outputs[0]);
  }
  return values;
}

/// The nearest layer before a value.
std::string layer_of(const Graph &graph, ValueId value) {
  const Trace trace(graph);
  const NodeId source = trace.source(value, true);
  if (source != 0 && graph.node(source).inputs.size() > 1)
    if (const ValueId weight = trace.weight_behind(graph.node(source).inputs[1]); weight != 0) {
      const std::string &name = graph.value(weight).name, end = ".weight";
      return name.ends_with(end) ? name.substr(0, name.size() - end.size()) : name;
    }
  return graph.value(value).name;
}

}  // namespace

std::optional<LayerDifference> trace_difference(const Graph &deployed, const std::vector<Tensor> &inputs,
                                                BackendPort &backend, const std::filesystem::path &scratch,
                                                const BackendCall &call) {
  Graph traced = deployed;
  const std::vector<ValueId> values = quantized_activations(deployed);
  for (const ValueId id : values)
    if (std::count(traced.outputs().begin(), traced.outputs().end(), id) == 0)
      traced.add_output(traced.value(id).name, id);
  backend.emit(traced, scratch, call);
  const std::vector<Tensor> found = backend.simulate(inputs, call);
  const std::vector<IntegerTensor> integers = IntegerModel(traced).integers(inputs);
  for (const ValueId id : values) {
    const auto at = std::find(traced.outputs().begin(), traced.outputs().end(), id) - traced.outputs().begin();
    const auto i = static_cast<std::size_t>(at);
    Comparison c;
    compare(integers.at(i), found.at(i), "C-simulation", traced.value(id).name, c);
    if (c.first) return LayerDifference{layer_of(traced, id), *c.first};
  }
  return std::nullopt;
}

}  // namespace nac::fw
