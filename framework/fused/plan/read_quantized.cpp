// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "fused/ops/product_op.hpp"
#include "fused/ops/quantized_op.hpp"
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
    p.refuse(node, "a table of integers follows it");
  const Slot x = p.slot(layer->input), z = p.new_slot(p.rows_of(layer->result)), y = p.slot(after.result);
  QuantizedOp::Layer parts{std::move(shape), std::move(weights), after.activation, after.slope, after.quantizer};
  p.emit<QuantizedOp>(node, std::move(parts), x, z, y, p.needs_gradient(layer->input), p.plan.width);
  return true;
}

QuantizerStep quantizer_of(Planner &p, const Node &quant) {
  GridStep grid;
  grid.type = quant_type_of(p.graph, quant);
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
}

void require_exact(const Planner &p, const Node &node) {
  if (!p.quantized || !p.quantized->is_activation(node.outputs.at(0))) return;
  static const std::set<std::string> tables{"Softmax", "Sigmoid", "Tanh", "Gelu"};
  if (tables.count(node.op) != 0 && p.quantized->sole_quantizer(node.inputs.at(0)) != 0)
    p.refuse(node, "a table of integers has no kernel");
  if (p.mode == Mode::training) return;  // while statistics move nobody needs exact integers
  static const std::set<std::string> sums{"Add", "Sub", "ReduceSum", "ReduceMean", "AveragePool", "MatMul"};
  if (sums.count(node.op) == 0) return;
  const GridPlan grid = p.quantized->grid(node.outputs[0]);
  if (node.op == "MatMul" || !grid.known() || !(grid.largest < kSingleLimit))
    p.refuse(node, "sums of integers that float32 may not hold have no kernel");
}

}  // namespace nac::fw::fused
