// SPDX-License-Identifier: Apache-2.0
#include "fused/plan/read_normalization.hpp"
#include "fused/ops/norm_op.hpp"

namespace nac::fw::fused {

NormParameters norm_parameters(const Planner &p, const Node &node) {
  NormParameters n;
  n.gamma = node.inputs.at(1);
  n.beta = node.inputs.at(2);
  n.mean = node.inputs.at(3);
  n.variance = node.inputs.at(4);
  for (const ValueId id : {n.gamma, n.beta, n.mean, n.variance})
    if (!p.is_tensor(id)) p.refuse(node, "'" + p.graph.value(id).name + "' is computed");
  for (const ValueId id : {n.mean, n.variance})
    if (p.training() && p.graph.value(id).kind != ValueKind::constant)
      p.refuse(node, "its running statistics '" + p.graph.value(id).name + "' are no constants");
  n.epsilon = static_cast<double>(node.number("epsilon"));
  n.momentum = 1.0 - static_cast<double>(node.number("momentum"));
  return n;
}

void plan_normalization(Planner &p, const Node &node, const ChannelRows &rows, ValueId x, ValueId y) {
  const NormParameters norm = norm_parameters(p, node);
  const Follower after = follow(p, y);
  PointwiseOp::Parts parts;
  parts.rows = rows;
  parts.activation = after.activation;
  parts.slope = after.slope;
  parts.quantizer = after.quantizer;
  if (p.mode != Mode::training) {
    parts.norm = &norm;
    p.emit<PointwiseOp>(node, parts, p.slot(x), p.slot(after.result), p.needs_gradient(x));
    return;
  }
  p.plan.normalized_positions.push_back(static_cast<int64_t>(rows.outer) * rows.inner);
  const Slot from = p.slot(x), to = p.slot(after.result);
  auto *statistics = p.emit<NormStatistics>(node, norm, rows, from, to, p.needs_gradient(x));
  p.emit<NormApply>(node, statistics, parts, from, to);
}

namespace {

void batch_normalization(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  const ValueId x = node.inputs[0];
  const int channels = static_cast<int>(p.graph.value(x).shape.at(1));
  plan_normalization(p, node, {1, channels, p.rows_of(x) / channels}, x, node.outputs[0]);
}

}  // namespace

namespace {

/// Transpose, BatchNormalization, Transpose back on [N, positions, C] normalizes the last dimension.
struct SetNormalization {
  NodeId norm = 0, end = 0;  ///< 0: the Transpose begins none
};
SetNormalization set_normalization(const Planner &p, const Node &transpose) {
  const std::vector<int64_t> swap{0, 2, 1};
  if (transpose.integers("perm") != swap) return {};
  const NodeId middle = p.sole_user(transpose.outputs[0], "BatchNormalization");
  if (middle == 0 || p.graph.node(middle).inputs[0] != transpose.outputs[0]) return {};
  const NodeId end = p.sole_user(p.graph.node(middle).outputs[0], "Transpose");
  if (end == 0 || p.graph.node(end).integers("perm") != swap) return {};
  return {middle, end};
}

}  // namespace

bool normalized_by_batch(const Planner &p, ValueId result, bool channels_last) {
  if (p.mode != Mode::training) return false;
  if (!channels_last) {
    const NodeId norm = p.sole_user(result, "BatchNormalization");
    return norm != 0 && p.graph.node(norm).inputs[0] == result;
  }
  const NodeId transpose = p.sole_user(result, "Transpose");
  return transpose != 0 && set_normalization(p, p.graph.node(transpose)).norm != 0;
}

bool read_set_normalization(Planner &p, const Node &transpose) {
  const SetNormalization found = set_normalization(p, transpose);
  if (found.norm == 0) return false;
  p.mark_read(found.norm);
  p.mark_read(found.end);
  const Shape &shape = p.graph.value(transpose.inputs[0]).shape;
  plan_normalization(p, p.graph.node(found.norm), {static_cast<int>(shape[1]), static_cast<int>(shape[2]), 1},
                     transpose.inputs[0], p.graph.node(found.end).outputs[0]);
  return true;
}

const ReadTable &normalization_operators() {
  static const ReadTable table{{"BatchNormalization", batch_normalization}};
  return table;
}

}  // namespace nac::fw::fused
