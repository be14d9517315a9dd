// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"
#include "torch/exact.hpp"
#include "torch/lowering.hpp"

namespace nac::fw::libtorch {
namespace {

/// out = f(in) element by element: any form of storage, and in place where nobody else looks.
template <class OutOfPlace, class InPlace>
void unary(Lowering &l, const Node &node, OutOfPlace compute, InPlace overwrite) {
  const ValueId in = node.inputs.at(0), out = node.outputs.at(0);
  if (l.slot(in).merged) l.mark_merged(out);
  if (l.may_overwrite(in, node)) {
    l.emit(node, [=](Frame &f) { f.values[out] = overwrite(f.values[in]); });
  } else {
    l.emit(node, [=](Frame &f) { f.values[out] = compute(f.values[in]); });
  }
}

void relu(Lowering &l, const Node &node) {
  unary(
      l, node, [](const at::Tensor &x) { return at::relu(x); }, [](at::Tensor &x) { return at::relu_(x); });
}

void leaky_relu(Lowering &l, const Node &node) {
  const double slope = number_or(node, "alpha", 0.01F);
  const auto compute = [slope](const at::Tensor &x) { return at::leaky_relu(x, slope); };
  // The gradient of the in-place form is taken from the result, whose sign tells the input's only for slopes >= 0.
  const auto overwrite = [slope](at::Tensor &x) {
    return slope >= 0 ? at::leaky_relu_(x, slope) : at::leaky_relu(x, slope);
  };
  unary(l, node, compute, overwrite);
}

void gelu(Lowering &l, const Node &node) {
  if (lower_table(l, node)) return;
  const std::string approximate = text_or(node, "approximate", "none");
  if (approximate != "none" && approximate != "tanh")
    throw Error(title(l.graph, node) + ": approximate = '" + approximate + "'; accepted: none, tanh");
  const auto compute = [approximate](const at::Tensor &x) { return at::gelu(x, approximate); };
  unary(l, node, compute, compute);
}

void sigmoid(Lowering &l, const Node &node) {
  if (lower_table(l, node)) return;
  unary(
      l, node, [](const at::Tensor &x) { return at::sigmoid(x); }, [](at::Tensor &x) { return at::sigmoid_(x); });
}

void tanh(Lowering &l, const Node &node) {
  if (lower_table(l, node)) return;
  unary(
      l, node, [](const at::Tensor &x) { return at::tanh(x); }, [](at::Tensor &x) { return at::tanh_(x); });
}

void identity(Lowering &l, const Node &node) {
  const auto same = [](const at::Tensor &x) { return x; };
  unary(l, node, same, same);
}

/// Numpy-style broadcasting. Merged operands stay so with operands of the same shape and with ones that broadcast over
/// all but the last dimension, which are those of rank 0 and 1.
template <class Compute>
void binary(Lowering &l, const Node &node, Compute compute) {
  const Slot a = l.slot(node.inputs.at(0)), b = l.slot(node.inputs.at(1));
  const ValueId out = node.outputs.at(0);
  const bool same = a.shape == b.shape;
  const bool stays =
      (a.merged && b.merged && same) || (a.merged && b.shape.size() <= 1) || (b.merged && a.shape.size() <= 1);
  if (stays) {
    l.mark_merged(out);
    l.emit(node, [=](Frame &f) { f.values[out] = compute(f, f.values[a.id], f.values[b.id]); });
  } else {
    l.emit(node, [=](Frame &f) { f.values[out] = compute(f, a.logical(f), b.logical(f)); });
  }
}

void add(Lowering &l, const Node &node) {
  const ExactSum sum(l, node, node.inputs, 1);
  binary(l, node, [sum](const Frame &f, const at::Tensor &a, const at::Tensor &b) {
    return at::add(sum.operand(f, a), sum.operand(f, b));
  });
  l.mark_overwritable(node.outputs.at(0));
}
void sub(Lowering &l, const Node &node) {
  const ExactSum sum(l, node, node.inputs, 1);
  binary(l, node, [sum](const Frame &f, const at::Tensor &a, const at::Tensor &b) {
    return at::sub(sum.operand(f, a), sum.operand(f, b));
  });
  l.mark_overwritable(node.outputs.at(0));
}
void mul(Lowering &l, const Node &node) {
  binary(l, node, [](const Frame &, const at::Tensor &a, const at::Tensor &b) { return at::mul(a, b); });
}
/// Integers divide toward zero, as ONNX says.
void div(Lowering &l, const Node &node) {
  binary(l, node, [](const Frame &, const at::Tensor &a, const at::Tensor &b) {
    return at::isIntegralType(a.scalar_type(), true) ? at::div(a, b, "trunc") : at::div(a, b);
  });
}

}  // namespace

const LowerTable &elementwise_operators() {
  static const LowerTable table{
      {"Add", add}, {"Div", div},   {"Gelu", gelu}, {"Identity", identity}, {"LeakyRelu", leaky_relu},
      {"Mul", mul}, {"Relu", relu}, {"Sub", sub},   {"Sigmoid", sigmoid},   {"Tanh", tanh}};
  return table;
}

}  // namespace nac::fw::libtorch
