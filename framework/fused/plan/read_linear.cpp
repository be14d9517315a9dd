// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/matmul_op.hpp"
#include "fused/ops/product_op.hpp"
#include "fused/plan/read_attention.hpp"
#include "fused/plan/read_exact.hpp"
#include "fused/plan/read_normalization.hpp"
#include "fused/weights/plain_weights.hpp"

namespace nac::fw::fused {
namespace {

std::vector<int> to_int(const std::vector<int64_t> &values, std::size_t first, std::size_t count) {
  return {values.begin() + static_cast<std::ptrdiff_t>(first),
          values.begin() + static_cast<std::ptrdiff_t>(first + count)};
}

int last(const Planner &p, ValueId id) { return static_cast<int>(p.graph.value(id).shape.back()); }

/// An activation that the product's own kernel applies, whose gradient its result tells.
void absorb_activation(Planner &p, ValueId *result, ProductOp::Layer &layer) {
  const NodeId next = p.sole_user(*result);
  Activation activation = Activation::none;
  float slope = 0;
  if (next == 0 || !activation_of(p, p.graph.node(next), &activation, &slope)) return;
  if (activation != Activation::relu && activation != Activation::leaky_relu) return;
  if (p.training() && !gradient_from_result(activation, slope)) return;
  const ValueId after = p.graph.node(next).outputs[0];
  // A quantizer needs the number before it, so that both are better done together.
  if (const NodeId user = p.sole_user(after); user != 0 && p.graph.node(user).op == "Quant") return;
  layer.activation = activation;
  layer.slope = slope;
  *result = after;
  p.mark_read(next);
}

/// The Add of a tensor to all positions of a MatMul's result; reads it.
ValueId bias_after(Planner &p, ValueId *result, int channels) {
  const NodeId user = p.sole_user(*result, "Add");
  if (user == 0) return 0;
  const Node &add = p.graph.node(user);
  const ValueId other = add.inputs[add.inputs[0] == *result ? 1 : 0];
  if (!p.is_tensor(other) || p.graph.value(other).shape != Shape{channels}) return 0;
  p.mark_read(user);
  *result = add.outputs[0];
  return other;
}

void emit_layer(Planner &p, NodeId id, ProductOp::Layer layer, ValueId x, ValueId result) {
  const std::size_t rank = p.graph.value(result).shape.size();
  const bool set = p.graph.node(id).op != "Conv" && rank > 2;
  layer.bias_cancels = (!set || rank == 3) && normalized_by_batch(p, result, set);
  absorb_activation(p, &result, layer);
  const Slot from = p.slot(x), to = p.slot(result);
  p.emit<ProductOp>(p.graph.node(id), std::move(layer), from, to, p.needs_gradient(x), p.plan.width);
}

void require_plain(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  if (!p.is_sample_value(node.inputs[0])) p.refuse(node, "its first input belongs to no sample");
  if (!PlainWeights::accepts(p.graph, id)) p.refuse(node, "its weight or bias is computed");
}

void conv(Planner &p, NodeId id) {
  require_plain(p, id);
  emit_layer(p, id, {product_shape(p.graph, id), std::make_unique<PlainWeights>(p.graph, id)},
             p.graph.node(id).inputs[0], p.graph.node(id).outputs[0]);
}

/// The same in double precision.
ExactOp::Compute exact_product_of_samples(const MatMulOp::Shape &s) {
  return [s](const std::vector<const double *> &in, double *y, int width) {
    for (int64_t row = 0; row < int64_t{s.batches} * s.m * s.n; ++row, y += width) {
      const int64_t j = row % s.n, i = row / s.n % s.m, batch = row / s.n / s.m;
      std::fill_n(y, width, 0.0);
      for (int64_t k = 0; k < s.k; ++k) {
        const double *a = in[0] + ((batch * s.m + i) * s.k + k) * width;
        const double *b = in[1] + ((batch * s.k + k) * s.n + j) * width;
        for (int lane = 0; lane < width; ++lane) y[lane] += a[lane] * b[lane];
      }
    }
  };
}

void product_of_samples(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  if (read_attention(p, id)) return;
  const MatMulOp::Shape s = batched_shape(p, node);
  const ValueId a = node.inputs[0], b = node.inputs[1];
  const IntegerUse use{IntegerUse::Kind::products, static_cast<double>(s.k)};
  const bool wide = may_be_wide(p, node, use);
  p.emit<MatMulOp>(node, s, p.slot(a), p.slot(b), p.slot(node.outputs[0]), p.needs_gradient(a), p.needs_gradient(b));
  if (wide) make_exact(p, node, use, exact_product_of_samples(s));
}

void matmul(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  if (p.is_sample_value(node.inputs[1])) return product_of_samples(p, id);
  require_plain(p, id);
  ValueId result = node.outputs[0];
  const ValueId bias = bias_after(p, &result, last(p, result));
  emit_layer(p, id, {product_shape(p.graph, id), std::make_unique<PlainWeights>(p.graph, id, bias)}, node.inputs[0],
             result);
}

}  // namespace

ProductShape product_shape(const Graph &graph, NodeId id) {
  const Node &node = graph.node(id);
  const Shape &x = graph.value(node.inputs[0]).shape, &y = graph.value(node.outputs[0]).shape;
  ProductShape shape;
  if (node.op == "Conv") {
    const std::size_t rank = x.size() - 2;
    shape.in = static_cast<int>(x[1]);
    shape.out = static_cast<int>(y[1]);
    shape.groups = static_cast<int>(node.integer("group"));
    shape.extent = to_int(x, 2, rank);
    shape.kernel = to_int(node.integers("kernel_shape"), 0, rank);
    shape.stride = to_int(node.integers("strides"), 0, rank);
    shape.dilation = to_int(node.integers("dilations"), 0, rank);
    shape.pad_begin = to_int(node.integers("pads"), 0, rank);
    shape.pad_end = to_int(node.integers("pads"), rank, rank);
    return shape;
  }
  shape.in = static_cast<int>(x.back());
  shape.out = static_cast<int>(y.back());
  const int positions = static_cast<int>(elements_of(x)) / shape.in;
  if (positions == 1) return shape;
  shape.channels_last = true;
  shape.extent = {positions};
  shape.kernel = shape.stride = shape.dilation = {1};
  shape.pad_begin = shape.pad_end = {0};
  return shape;
}

const ReadTable &linear_operators() {
  static const ReadTable table{{"Conv", conv}, {"Gemm", conv}, {"MatMul", matmul}};
  return table;
}

}  // namespace nac::fw::fused
