// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/binary_op.hpp"
#include "fused/plan/read_exact.hpp"

namespace nac::fw::fused {
namespace {

void activation(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  const ValueId x = node.inputs.at(0);
  PointwiseOp::Parts parts;
  parts.rows = {1, 1, p.rows_of(x)};
  activation_of(p, node, &parts.activation, &parts.slope);
  if (const auto index = table_index(p, node)) {
    p.emit<TableOp>(node, node.op, parts.activation, *index, p.rows_of(x), p.slot(x), p.slot(node.outputs[0]),
                    p.needs_gradient(x));
    return;
  }
  ValueId result = node.outputs[0];
  if (const NodeId next = p.sole_user(result); next != 0 && p.graph.node(next).op == "Quant") {
    parts.quantizer = quantizer_of(p, p.graph.node(next));
    p.mark_read(next);
    result = p.graph.node(next).outputs[0];
  }
  p.emit<PointwiseOp>(node, parts, p.slot(x), p.slot(result), p.needs_gradient(x));
  if ((parts.activation == Activation::relu || parts.activation == Activation::leaky_relu) && may_be_wide(p, node, {}))
    make_exact(p, node, {}, same_values(parts.rows.rows()), {parts.activation, parts.slope, parts.quantizer, result});
}

/// The same in double precision, of sums of integers.
ExactOp::Compute exact_binary(Binary op, std::vector<int> a, std::vector<int> b) {
  const double sign = op == Binary::add ? 1 : -1;
  return [sign, a = std::move(a), b = std::move(b)](const std::vector<const double *> &x, double *y, int width) {
    for (std::size_t row = 0; row < a.size(); ++row, y += width) {
      const double *left = x[0] + static_cast<std::ptrdiff_t>(a[row]) * width;
      const double *right = x[1] + static_cast<std::ptrdiff_t>(b[row]) * width;
      for (int lane = 0; lane < width; ++lane) y[lane] = left[lane] + sign * right[lane];
    }
  };
}

/// Which row, or element, of an operand goes into each row of the result.
std::vector<int> broadcast_rows(const Shape &operand, const Shape &result, bool batched) {
  // Both without their batch; an operand without one is aligned to the result's last dimensions.
  const Shape to(result.begin() + 1, result.end());
  Shape from = operand;
  if (batched || from.size() == result.size()) from.erase(from.begin());
  const std::size_t missing = to.size() - from.size();
  std::vector<int64_t> step(to.size(), 0);
  int64_t stride = 1;
  for (std::size_t i = from.size(); i-- > 0;) {
    step[missing + i] = from[i] == 1 ? 0 : stride;
    stride *= from[i];
  }
  std::vector<int> rows;
  std::vector<int64_t> at(to.size(), 0);
  for (int64_t left = elements_of(to); left > 0; --left) {
    int64_t row = 0;
    for (std::size_t i = 0; i < to.size(); ++i) row += at[i] * step[i];
    rows.push_back(static_cast<int>(row));
    for (std::size_t i = to.size(); i-- > 0;) {
      if (++at[i] < to[i]) break;
      at[i] = 0;
    }
  }
  return rows;
}

BinaryOperand operand(Planner &p, const Node &node, ValueId id) {
  const Value &value = p.graph.value(id);
  const Shape &result = p.graph.value(node.outputs[0]).shape;
  BinaryOperand o;
  o.count = p.rows_of(id);
  if (p.is_sample_value(id)) {
    if (value.shape.size() != result.size()) p.refuse(node, "operands of different rank");
    o.side = {Side::Kind::rows, broadcast_rows(value.shape, result, true)};
    o.slot = p.slot(id);
    o.wanted = p.needs_gradient(id);
    return o;
  }
  if (!p.is_tensor(id)) p.refuse(node, "'" + value.name + "' is neither a value of each sample nor a tensor");
  o.side = {Side::Kind::constant, broadcast_rows(value.shape, result, false)};
  o.tensor = id;
  o.wanted = p.training() && value.kind == ValueKind::parameter;
  return o;
}

void binary(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  if (!p.is_sample_value(node.outputs[0])) p.refuse(node, "its result belongs to no sample");
  const Binary op = node.op == "Add"   ? Binary::add
                    : node.op == "Sub" ? Binary::sub
                    : node.op == "Mul" ? Binary::mul
                                       : Binary::div;
  BinaryOperand a = operand(p, node, node.inputs.at(0)), b = operand(p, node, node.inputs.at(1));
  const IntegerUse use{IntegerUse::Kind::sums, 1};
  const bool wide = (op == Binary::add || op == Binary::sub) && may_be_wide(p, node, use);
  ExactOp::Compute compute = wide ? exact_binary(op, a.side.row, b.side.row) : nullptr;
  p.emit<BinaryOp>(node, op, std::move(a), std::move(b), p.slot(node.outputs[0]));
  if (wide) make_exact(p, node, use, std::move(compute));
}

}  // namespace

bool activation_of(const Planner &p, const Node &node, Activation *activation, float *slope) {
  if (!node.domain.empty()) return false;
  if (node.op == "Relu") {
    *activation = Activation::relu;
  } else if (node.op == "LeakyRelu") {
    *activation = Activation::leaky_relu;
    *slope = node.number("alpha");
  } else if (node.op == "Sigmoid") {
    *activation = Activation::sigmoid;
  } else if (node.op == "Tanh") {
    *activation = Activation::tanh;
  } else if (node.op == "Gelu") {
    if (node.text("approximate") != "none")
      p.refuse(node, "approximate = '" + node.text("approximate") + "' has no kernel");
    *activation = Activation::gelu;
  } else {
    return false;
  }
  return true;
}

Follower follow(Planner &p, ValueId id) {
  Follower f;
  f.result = id;
  const auto take = [&](NodeId node) {
    p.mark_read(node);
    f.result = p.graph.node(node).outputs[0];
  };
  NodeId next = p.sole_user(id);
  if (next != 0 && activation_of(p, p.graph.node(next), &f.activation, &f.slope)) {
    take(next);
    next = p.sole_user(f.result);
  }
  if (next != 0 && p.graph.node(next).op == "Quant") {
    f.quantizer = quantizer_of(p, p.graph.node(next));
    take(next);
  }
  return f;
}

const ReadTable &elementwise_operators() {
  static const ReadTable table{{"Add", binary},           {"Div", binary}, {"Gelu", activation},
                               {"LeakyRelu", activation}, {"Mul", binary}, {"Relu", activation},
                               {"Sigmoid", activation},   {"Sub", binary}, {"Tanh", activation}};
  return table;
}

}  // namespace nac::fw::fused
