// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <numeric>

#include "torch/lowering.hpp"
#include "torch/normalization.hpp"

namespace nac::fw::libtorch {

at::Tensor Normalization::operator()(const Frame &f, const at::Tensor &x) const {
  const std::vector<at::Tensor> &v = f.values;
  return at::batch_norm(x.to(v[weight].scalar_type()), v[weight], v[bias], v[mean], v[variance], f.training, momentum,
                        epsilon, true);
}

Normalization normalization_of(Lowering &l, const Node &node) {
  Normalization n{node.inputs.at(1), node.inputs.at(2), node.inputs.at(3), node.inputs.at(4), 0, 0};
  n.momentum = 1.0 - static_cast<double>(number_or(node, "momentum", 0.9F));
  n.epsilon = number_or(node, "epsilon", 1e-5F);
  const Shape &shape = l.graph.value(node.inputs.at(0)).shape;
  l.normalized_positions.push_back(
      std::accumulate(shape.begin() + 2, shape.end(), int64_t{1}, std::multiplies<int64_t>()));
  for (const ValueId id : {n.mean, n.variance})
    if (l.graph.value(id).kind == ValueKind::constant) l.statistics.push_back(id);
  return n;
}

namespace {

void batch_normalization(Lowering &l, const Node &node) {
  const Slot x = l.slot(node.inputs.at(0));
  const ValueId out = node.outputs.at(0);
  const Normalization normalize = normalization_of(l, node);
  l.mark_overwritable(out);
  l.emit(node, [=](Frame &f) { f.values[out] = normalize(f, x.logical(f)); });
}

const std::vector<int64_t> kSwapLast{0, 2, 1};

/// Transpose, BatchNormalization, Transpose back on [N, positions, C] is a normalization of the rows [N * positions,
/// C]: returns the node that ends the pattern which `transpose` starts, or 0.
NodeId end_of_row_normalization(const Lowering &l, const Node &transpose, const Node **normalization) {
  if (integers_or(transpose, "perm", {}) != kSwapLast) return 0;
  const NodeId middle = l.sole_user(transpose.outputs.at(0));
  if (middle == 0) return 0;
  const Node &norm = l.graph.node(middle);
  if (norm.op != "BatchNormalization" || !norm.domain.empty() || norm.inputs.at(0) != transpose.outputs[0]) return 0;
  const NodeId end = l.sole_user(norm.outputs.at(0));
  if (end == 0) return 0;
  const Node &back = l.graph.node(end);
  if (back.op != "Transpose" || !back.domain.empty() || integers_or(back, "perm", {}) != kSwapLast) return 0;
  for (std::size_t i = 1; i < norm.inputs.size(); ++i) {
    const ValueKind kind = l.graph.value(norm.inputs[i]).kind;
    if (kind == ValueKind::result || kind == ValueKind::input) return 0;
  }
  *normalization = &norm;
  return end;
}

void transpose(Lowering &l, const Node &node) {
  const Slot x = l.slot(node.inputs.at(0));
  const Node *norm = nullptr;
  if (const NodeId end = end_of_row_normalization(l, node, &norm); end != 0) {
    const Normalization normalize = normalization_of(l, *norm);
    l.mark_fused(l.sole_user(node.outputs.at(0)));
    l.mark_fused(end);
    const ValueId out = l.graph.node(end).outputs.at(0);
    l.mark_merged(out);
    l.mark_overwritable(out);
    l.emit(*norm, [=](Frame &f) { f.values[out] = normalize(f, x.rows(f)); });
    return;
  }
  std::vector<int64_t> perm(x.shape.size());
  for (std::size_t i = 0; i < perm.size(); ++i) perm[i] = static_cast<int64_t>(perm.size() - 1 - i);
  perm = integers_or(node, "perm", perm);
  const ValueId out = node.outputs.at(0);
  l.emit(node, [=](Frame &f) { f.values[out] = x.logical(f).permute(perm); });
}

}  // namespace

const LowerTable &normalization_operators() {
  static const LowerTable table{{"BatchNormalization", batch_normalization}, {"Transpose", transpose}};
  return table;
}

}  // namespace nac::fw::libtorch
