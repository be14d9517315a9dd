// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/product_op.hpp"
#include "fused/ops/quantized_op.hpp"
#include "fused/plan/read_exact.hpp"
#include "fused/plan/read_normalization.hpp"

namespace nac::fw::fused {
namespace {

const QuantizedLayer *layer_of(const Planner &p, NodeId product) {
  for (const QuantizedLayer *layer : p.quantized->layers())
    if (layer->product == product) return layer;
  return nullptr;
}

/// Nobody else may read what is inside a layer.
void read_inside(Planner &p, const QuantizedLayer &layer) {
  ValueId value = p.graph.node(layer.product).outputs[0];
  for (const NodeId next : layer.after) {
    if (p.sole_user(value) != next)
      p.refuse(p.graph.node(layer.product),
               "'" + p.graph.value(value).name + "' lies inside a quantized layer and is read elsewhere too");
    p.mark_read(next);
    value = p.graph.node(next).outputs[0];
  }
}

/// Batch normalization by batch statistics follows the product.
void emit_moving(Planner &p, const QuantizedLayer &layer, ProductShape shape,
                 std::unique_ptr<QuantizedWeights> weights) {
  const Node &node = p.graph.node(layer.product);
  const int positions = p.rows_of(layer.result) / shape.out;
  const ChannelRows rows = channel_rows(shape, positions);
  ProductOp::Layer product{std::move(shape), std::move(weights)};
  product.moving = true;
  product.bias_cancels = true;
  const ValueId z = node.outputs[0];
  const Slot from = p.slot(layer.input), to = p.slot(z);
  p.emit<ProductOp>(node, std::move(product), from, to, p.needs_gradient(layer.input), p.plan.width);
  plan_normalization(p, p.graph.node(layer.norm), rows, z, layer.result);
}

}  // namespace

bool read_quantized_layer(Planner &p, NodeId id) {
  const QuantizedLayer *layer = layer_of(p, id);
  if (layer == nullptr) return false;
  read_inside(p, *layer);
  const Node &node = p.graph.node(id);
  ProductShape shape = product_shape(p.graph, id);
  auto weights = std::make_unique<QuantizedWeights>(p.graph, *layer, p.quantized->require_grid(layer->input));
  if (p.mode == Mode::training && layer->norm != 0) {
    emit_moving(p, *layer, std::move(shape), std::move(weights));
    return true;
  }
  const Follower after = follow(p, layer->result);
  if (after.activation != Activation::none && after.activation != Activation::relu &&
      after.activation != Activation::leaky_relu)
    p.refuse(node, "what follows it needs a Quant before it");
  const Slot x = p.slot(layer->input), z = p.new_slot(p.rows_of(layer->result)), y = p.slot(after.result);
  QuantizedOp::Layer parts{std::move(shape), std::move(weights), after.activation, after.slope, after.quantizer};
  parts.x_wide = p.wide_value(layer->input);
  if (!after.quantizer.present()) parts.y_wide = wide_result(p, after.result);
  p.emit<QuantizedOp>(node, std::move(parts), x, z, y, p.needs_gradient(layer->input), p.plan.width);
  return true;
}

QuantizerStep quantizer_of(Planner &p, const Node &quant) {
  GridStep grid;
  grid.type = quant_type_of(p.graph, quant);
  if (!fits_single(grid.type))
    p.refuse(quant, "float32 does not hold integers of " + std::to_string(grid.type.width) + " bits");
  const ValueId scale = quant.inputs.at(1);
  const Value &value = p.graph.value(scale);
  if (elements_of(value.shape) != 1) p.refuse(quant, "an activation has one scale");
  if (value.kind == ValueKind::constant && value.data) {
    grid.fraction = fractions_of(*value.data, p.title(quant)).at(0);
    return {grid, 0};
  }
  if (value.kind != ValueKind::result || p.graph.node(value.producer).op != "PowerOfTwo" ||
      p.graph.value(p.graph.node(value.producer).inputs[0]).kind != ValueKind::parameter)
    p.refuse(quant, "its scale '" + value.name + "' is neither a constant nor PowerOfTwo of a parameter");
  return {grid, p.graph.node(value.producer).inputs[0]};
}

void read_quant(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  PointwiseOp::Parts parts;
  parts.rows = {1, 1, p.rows_of(node.inputs[0])};
  parts.quantizer = quantizer_of(p, node);
  const bool wanted = p.needs_gradient(node.inputs[0]);
  const Slot x = p.slot(node.inputs[0]), y = p.slot(node.outputs[0]);
  p.emit<PointwiseOp>(node, parts, x, y, wanted);
  const Follower after{Activation::none, 0, parts.quantizer, node.outputs[0]};
  if (may_be_wide(p, node, {})) make_exact(p, node, {}, same_values(parts.rows.rows()), after);
}

}  // namespace nac::fw::fused
