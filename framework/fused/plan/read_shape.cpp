// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "fixed/function_table.hpp"
#include "fused/ops/move_op.hpp"
#include "fused/ops/softmax_op.hpp"
#include "fused/plan/read_attention.hpp"
#include "fused/plan/read_exact.hpp"
#include "fused/plan/read_normalization.hpp"

namespace nac::fw::fused {
namespace {

/// Flatten, Reshape and Identity keep the order of a sample's elements.
void same_rows(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  if (!p.is_sample_value(node.inputs.at(0)) || !p.is_sample_value(node.outputs[0]))
    p.refuse(node, "it must keep the batch as dimension 0");
  if (p.rows_of(node.inputs[0]) != p.rows_of(node.outputs[0])) p.refuse(node, "it changes the number of samples");
  p.alias(node.outputs[0], node.inputs[0]);
}

void emit_move(Planner &p, const Node &node, std::vector<MoveOp::Part> parts) {
  const bool wide = may_be_wide(p, node, {});
  ExactOp::Compute compute;
  if (wide) {
    std::vector<std::vector<int>> to;
    for (const MoveOp::Part &part : parts) to.push_back(part.to);
    compute = [to = std::move(to)](const std::vector<const double *> &x, double *y, int width) {
      for (std::size_t k = 0; k < to.size(); ++k)
        for (std::size_t i = 0; i < to[k].size(); ++i)
          std::copy_n(x[k] + static_cast<std::ptrdiff_t>(i) * width, width,
                      y + static_cast<std::ptrdiff_t>(to[k][i]) * width);
    };
  }
  p.emit<MoveOp>(node, std::move(parts), p.slot(node.outputs[0]));
  if (wide) make_exact(p, node, {}, std::move(compute));
}

void transpose(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  if (read_set_normalization(p, node)) return;
  const std::vector<int64_t> &perm = node.integers("perm");
  if (perm.at(0) != 0) p.refuse(node, "it moves the batch");
  if (read_attention_operand(p, node)) return;
  const Shape from = p.graph.value(node.inputs[0]).shape, to = p.graph.value(node.outputs[0]).shape;
  std::vector<int64_t> stride(from.size(), 1);
  for (std::size_t i = from.size() - 1; i-- > 1;) stride[i] = stride[i + 1] * from[i + 1];
  MoveOp::Part part{p.slot(node.inputs[0]), {}, p.needs_gradient(node.inputs[0])};
  part.to.resize(static_cast<std::size_t>(p.rows_of(node.inputs[0])));
  std::vector<int64_t> at(to.size(), 0);
  for (int row = 0; row < static_cast<int>(part.to.size()); ++row) {
    int64_t source = 0;
    for (std::size_t i = 1; i < to.size(); ++i) source += at[i] * stride[static_cast<std::size_t>(perm[i])];
    part.to[static_cast<std::size_t>(source)] = row;
    for (std::size_t i = to.size(); i-- > 1;) {
      if (++at[i] < to[i]) break;
      at[i] = 0;
    }
  }
  std::vector<MoveOp::Part> parts;
  parts.push_back(std::move(part));
  emit_move(p, node, std::move(parts));
}

void concat(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  const int64_t axis = node.integer("axis");
  if (axis < 1) p.refuse(node, "it joins samples");
  const Shape &to = p.graph.value(node.outputs[0]).shape;
  int outer = 1, inner = 1, before = 0;
  for (std::size_t i = 1; i < static_cast<std::size_t>(axis); ++i) outer *= static_cast<int>(to[i]);
  for (std::size_t i = static_cast<std::size_t>(axis) + 1; i < to.size(); ++i) inner *= static_cast<int>(to[i]);
  const int along = static_cast<int>(to[static_cast<std::size_t>(axis)]) * inner;
  std::vector<MoveOp::Part> parts;
  for (const ValueId x : node.inputs) {
    if (!p.is_sample_value(x)) p.refuse(node, "'" + p.graph.value(x).name + "' is not a value of each sample");
    const int mine = p.rows_of(x) / outer;
    MoveOp::Part part{p.slot(x), {}, p.needs_gradient(x)};
    for (int o = 0; o < outer; ++o)
      for (int i = 0; i < mine; ++i) part.to.push_back(o * along + before + i);
    before += mine;
    parts.push_back(std::move(part));
  }
  emit_move(p, node, std::move(parts));
}

void soft_maximum(Planner &p, NodeId id) {
  const Node &node = p.graph.node(id);
  const Shape &shape = p.graph.value(node.inputs[0]).shape;
  const int64_t axis = node.integer("axis");
  if (axis < 1) p.refuse(node, "it compares samples");
  SoftmaxRows rows;
  rows.count = static_cast<int>(shape[static_cast<std::size_t>(axis)]);
  for (std::size_t i = 1; i < static_cast<std::size_t>(axis); ++i) rows.outer *= static_cast<int>(shape[i]);
  for (std::size_t i = static_cast<std::size_t>(axis) + 1; i < shape.size(); ++i)
    rows.inner *= static_cast<int>(shape[i]);
  const auto index = node.op == "Softmax" ? table_index(p, node) : std::nullopt;
  if (index) {
    if (rows.count > kSoftmaxValues)
      p.refuse(node, "over " + std::to_string(rows.count) + " integers; its table takes up to " +
                         std::to_string(kSoftmaxValues));
    p.emit<SoftmaxTableOp>(node, rows, *index, p.slot(node.inputs[0]), p.slot(node.outputs[0]),
                           p.needs_gradient(node.inputs[0]));
    return;
  }
  p.emit<SoftmaxOp>(node, rows, node.op == "LogSoftmax", p.slot(node.inputs[0]), p.slot(node.outputs[0]),
                    p.needs_gradient(node.inputs[0]));
}

}  // namespace

const ReadTable &shape_operators() {
  static const ReadTable table{{"Concat", concat},      {"Flatten", same_rows},    {"Identity", same_rows},
                               {"Reshape", same_rows},  {"Softmax", soft_maximum}, {"LogSoftmax", soft_maximum},
                               {"Transpose", transpose}};
  return table;
}

}  // namespace nac::fw::fused
