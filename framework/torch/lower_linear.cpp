// SPDX-License-Identifier: Apache-2.0
#include "torch/exact.hpp"
#include "torch/lowering.hpp"

namespace nac::fw::libtorch {
namespace {

/// Y = alpha A' B' + beta C.
void gemm(Lowering &l, const Node &node) {
  const Slot a = l.slot(node.inputs.at(0)), b = l.slot(node.inputs.at(1));
  const ValueId c = node.inputs.size() > 2 ? node.inputs[2] : 0, out = node.outputs.at(0);
  const double alpha = number_or(node, "alpha", 1.0F), beta = number_or(node, "beta", 1.0F);
  const bool trans_a = integer_or(node, "transA", 0) != 0, trans_b = integer_or(node, "transB", 0) != 0;
  l.mark_overwritable(out);
  l.emit(node, [=](Frame &f) {
    at::Tensor w = b.logical(f), x = a.logical(f).to(w.scalar_type());
    if (trans_a) x = x.t();
    if (trans_b) w = w.t();
    if (c != 0) {
      f.values[out] = at::addmm(f.values[c], x, w, beta, alpha);
    } else {
      f.values[out] = alpha == 1.0 ? at::mm(x, w) : at::mul(at::mm(x, w), alpha);
    }
  });
}

/// The Add of a bias to a result, if the result goes nowhere else: its node and the bias.
struct Bias {
  NodeId node = 0;
  ValueId value = 0;
};
Bias bias_after(const Lowering &l, ValueId product, int64_t features) {
  const NodeId user = l.sole_user(product);
  if (user == 0) return {};
  const Node &node = l.graph.node(user);
  if (node.op != "Add" || !node.domain.empty()) return {};
  const ValueId other = node.inputs.at(node.inputs.at(0) == product ? 1 : 0);
  const Value &value = l.graph.value(other);
  if (other == product || value.kind == ValueKind::result || value.kind == ValueKind::input) return {};
  if (value.shape != Shape{features}) return {};
  return {user, other};
}

/// [.., features] x [features, out]: one matrix product over all rows; the bias is added in it.
void shared_layer(Lowering &l, const Node &node, const Slot &a, const Slot &b) {
  const Bias bias = bias_after(l, node.outputs.at(0), b.shape.at(1));
  const ValueId out = bias.node != 0 ? l.graph.node(bias.node).outputs.at(0) : node.outputs.at(0);
  if (a.shape.size() > 2) l.mark_merged(out);
  l.mark_overwritable(out);
  const auto rows = [=](const Frame &f) { return a.rows(f).to(f.values[b.id].scalar_type()); };
  if (bias.node != 0) {
    l.mark_fused(bias.node);
    l.emit(node, [=](Frame &f) { f.values[out] = at::addmm(f.values[bias.value], rows(f), f.values[b.id]); });
  } else {
    l.emit(node, [=](Frame &f) { f.values[out] = at::mm(rows(f), f.values[b.id]); });
  }
}

void matmul(Lowering &l, const Node &node) {
  const Slot a = l.slot(node.inputs.at(0)), b = l.slot(node.inputs.at(1));
  const ValueKind kind = l.graph.value(b.id).kind;
  if (b.shape.size() == 2 && a.shape.size() >= 2 && (kind == ValueKind::parameter || kind == ValueKind::constant)) {
    shared_layer(l, node, a, b);
    return;
  }
  const ValueId out = node.outputs.at(0);
  const ExactProduct product(l, node, a.id, b.id, static_cast<double>(a.shape.back()));
  l.emit(node, [=](Frame &f) {
    f.values[out] = at::matmul(product.operand(f, a.logical(f)), product.operand(f, b.logical(f)));
  });
}

}  // namespace

const LowerTable &linear_operators() {
  static const LowerTable table{{"Gemm", gemm}, {"MatMul", matmul}};
  return table;
}

}  // namespace nac::fw::libtorch
