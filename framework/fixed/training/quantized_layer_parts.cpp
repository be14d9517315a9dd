// SPDX-License-Identifier: Apache-2.0
#include "fixed/training/quantized_layer_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace nac::fw {
namespace {

std::string title(const Graph &graph, const Node &node) {
  return fmt::format("{} '{}'", node.op, graph.value(node.outputs.at(0)).name);
}

[[noreturn]] void refuse(const Graph &graph, const Node &node, const std::string &what) {
  throw Error(title(graph, node) + ": " + what, NAC_UNSUPPORTED);
}

bool is_result(const Graph &graph, ValueId id) { return graph.value(id).kind == ValueKind::result; }

void find_weight(const Graph &graph, const QuantizedLayer &layer, QuantizedLayerParts &parts) {
  const Node &quant = graph.node(layer.weight_quant);
  const MaskedWeight found = masked_weight(graph, layer.weight);
  if (!found.found)
    refuse(graph, quant,
           "a weight is quantized directly, or after a Mul with its mask; this is " +
               graph.node(graph.value(layer.weight).producer).op);
  parts.weight = found.weight;
  parts.mask = found.mask;
  if (parts.mask == 0) return;
  const Value &mask = graph.value(parts.mask);
  if (mask.kind != ValueKind::constant || mask.shape != graph.value(parts.weight).shape)
    refuse(graph, quant, "the mask '" + mask.name + "' must be a constant of the weight's shape");
}

void find_scale(const Graph &graph, const QuantizedLayer &layer, QuantizedLayerParts &parts) {
  const Node &quant = graph.node(layer.weight_quant);
  parts.type = quant_type_of(graph, quant);
  parts.scale = quant.inputs.at(1);
  const Value &scale = graph.value(parts.scale);
  if (scale.kind != ValueKind::constant || !scale.data)
    refuse(graph, quant, "the scale '" + scale.name + "' of a weight must be a constant");
  // It broadcasts to the weight, so that it is per channel when its one long dimension is the channels'.
  const std::size_t behind = graph.value(layer.weight).shape.size() - layer.channel_axis;  // dimensions from there on
  const bool per_channel = elements_of(scale.shape) == layer.channels && scale.shape.size() >= behind &&
                           scale.shape[scale.shape.size() - behind] == layer.channels;
  if (elements_of(scale.shape) != 1 && !per_channel)
    refuse(graph, quant,
           "the scale '" + scale.name + "' has shape " + text_of(scale.shape) +
               "; accepted are one element and one for each output channel");
  fractions_of(*scale.data, title(graph, quant));
  parts.refitted = quant.integer("fit") != 0;
}

void find_bias(const Graph &graph, const QuantizedLayer &layer, QuantizedLayerParts &parts) {
  parts.bias = layer.bias;
  parts.bias_is_integer = layer.bias != 0 && is_result(graph, layer.bias);
  if (parts.bias_is_integer && !is_quant(graph, graph.value(layer.bias).producer))
    refuse(graph, graph.node(layer.product), "its bias '" + graph.value(layer.bias).name + "' is computed");
}

void find_norm(const Graph &graph, const QuantizedLayer &layer, QuantizedLayerParts &parts) {
  if (layer.norm == 0) return;
  if (parts.bias_is_integer)
    refuse(graph, graph.node(layer.product), "a bias that has a Quant and then a BatchNormalization cannot be folded");
  const Node &norm = graph.node(layer.norm);
  parts.gamma = norm.inputs.at(1), parts.beta = norm.inputs.at(2), parts.mean = norm.inputs.at(3);
  parts.variance = norm.inputs.at(4);
  parts.epsilon = static_cast<double>(norm.number("epsilon"));
  for (const ValueId id : {parts.gamma, parts.beta, parts.mean, parts.variance})
    if (is_result(graph, id)) refuse(graph, norm, "'" + graph.value(id).name + "' is computed");
}

}  // namespace

MaskedWeight masked_weight(const Graph &graph, ValueId id) {
  if (!is_result(graph, id)) return {id, 0};
  const Node &mul = graph.node(graph.value(id).producer);
  if (mul.op != "Mul" || !mul.domain.empty() || is_result(graph, mul.inputs[0]) || is_result(graph, mul.inputs[1]))
    return {0, 0, false};
  const bool mask_first =
      graph.value(mul.inputs[0]).kind == ValueKind::constant && graph.value(mul.inputs[1]).kind == ValueKind::parameter;
  return {mul.inputs[mask_first ? 1 : 0], mul.inputs[mask_first ? 0 : 1]};
}

double QuantizedLayerParts::bound(double largest) const {
  return largest * static_cast<double>(std::max(type.highest(), -type.lowest())) *
         static_cast<double>(layout.count / layout.channels);
}

QuantizedLayerParts parts_of(const Graph &graph, const QuantizedLayer &layer) {
  QuantizedLayerParts parts;
  find_weight(graph, layer, parts);
  find_scale(graph, layer, parts);
  const Shape &shape = graph.value(parts.weight).shape;
  parts.layout.count = static_cast<std::size_t>(elements_of(shape));
  parts.layout.channels = static_cast<std::size_t>(layer.channels);
  for (std::size_t i = layer.channel_axis + 1; i < shape.size(); ++i)
    parts.layout.inner *= static_cast<std::size_t>(shape[i]);
  parts.channel_shape.assign(shape.size(), 1);
  parts.channel_shape[layer.channel_axis] = layer.channels;
  find_bias(graph, layer, parts);
  find_norm(graph, layer, parts);
  return parts;
}

}  // namespace nac::fw
