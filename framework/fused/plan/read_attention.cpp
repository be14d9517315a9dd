// SPDX-License-Identifier: Apache-2.0
#include "fused/plan/read_attention.hpp"

#include "fused/ops/attention_op.hpp"

namespace nac::fw::fused {
namespace {

/// MatMul, the Softmax of its result over the last dimension, and a MatMul whose left operand that is; nobody else
/// reads what lies between them.
struct Attention {
  NodeId first = 0, softmax = 0, last = 0;

  bool found() const { return last != 0; }
};

Attention attention_to(const Planner &p, NodeId last);

bool multiplies_samples(const Planner &p, NodeId id) {
  if (id == 0 || !is(p.graph.node(id), "MatMul")) return false;
  const Node &node = p.graph.node(id);
  return p.is_sample_value(node.inputs[0]) && p.is_sample_value(node.inputs[1]);
}

/// The attention that begins with this MatMul.
Attention attention_from(const Planner &p, NodeId first) {
  if (p.quantized || !multiplies_samples(p, first)) return {};
  const ValueId scores = p.graph.node(first).outputs[0];
  const NodeId softmax = p.sole_user(scores, "Softmax");
  if (softmax == 0) return {};
  const auto rank = static_cast<int64_t>(p.graph.value(scores).shape.size());
  const int64_t axis = p.graph.node(softmax).integer("axis");
  const ValueId weights = p.graph.node(softmax).outputs[0];
  const NodeId last = p.sole_user(weights, "MatMul");
  if ((axis != -1 && axis != rank - 1) || !multiplies_samples(p, last)) return {};
  const Node &end = p.graph.node(last);
  // Where attention goes on from the scores of another the first of them is one.
  if (end.inputs[0] != weights || end.inputs[1] == weights || attention_to(p, first).found()) return {};
  return {first, softmax, last};
}

NodeId producer(const Planner &p, ValueId id) {
  const Value &value = p.graph.value(id);
  return value.kind == ValueKind::result ? value.producer : 0;
}

/// The attention that ends with this MatMul.
Attention attention_to(const Planner &p, NodeId last) {
  const NodeId softmax = producer(p, p.graph.node(last).inputs[0]);
  if (softmax == 0 || !is(p.graph.node(softmax), "Softmax")) return {};
  const Attention found = attention_from(p, producer(p, p.graph.node(softmax).inputs[0]));
  return found.last == last ? found : Attention{};
}

/// Whether the rows of a value are read by one operator alone, under whatever name.
bool read_once(const Planner &p, ValueId id) {
  if (p.sole_user(id) == 0) return false;
  const NodeId node = producer(p, id);
  const auto renames = [&](const char *op) { return is(p.graph.node(node), op); };
  if (node == 0 || !(renames("Reshape") || renames("Flatten") || renames("Identity"))) return true;
  return read_once(p, p.graph.node(node).inputs[0]);
}

/// Rows of matrices whose dimension i is dimension[i] of a value of this shape.
MatrixRows rows_through(const Shape &shape, const std::vector<std::size_t> &dimension) {
  std::vector<int> stride(shape.size(), 1);
  for (std::size_t i = shape.size() - 1; i-- > 1;) stride[i] = stride[i + 1] * static_cast<int>(shape[i + 1]);
  const std::size_t rank = dimension.size();
  return {rank == 4 ? stride[dimension[1]] : 0, stride[dimension[rank - 2]], stride[dimension[rank - 1]]};
}

/// Whether kernels can go through a Transpose: only one dimension holds batch entries.
bool can_go_through(const Planner &p, const Node &transpose) {
  const std::size_t rank = p.graph.value(transpose.inputs[0]).shape.size();
  return p.is_sample_value(transpose.inputs[0]) && (rank == 3 || rank == 4) && transpose.integers("perm").at(0) == 0;
}

/// Where an operand of attention lies: itself, or what a Transpose that was left out for it reads.
ValueId source_of(const Planner &p, ValueId operand, MatrixRows &rows) {
  const NodeId id = producer(p, operand);
  if (id == 0 || !is(p.graph.node(id), "Transpose") || p.has_slot(operand)) return operand;
  const Node &transpose = p.graph.node(id);
  const std::vector<int64_t> &perm = transpose.integers("perm");
  rows = rows_through(p.graph.value(transpose.inputs[0]).shape, {perm.begin(), perm.end()});
  return transpose.inputs[0];
}

/// The Transpose that follows attention and that it can write through; reads it.
ValueId result_of(Planner &p, const Node &last, MatrixRows &rows) {
  const NodeId id = p.sole_user(last.outputs[0], "Transpose");
  if (id == 0 || p.is_read(id) || !can_go_through(p, p.graph.node(id))) return last.outputs[0];
  const Node &transpose = p.graph.node(id);
  const std::vector<int64_t> &perm = transpose.integers("perm");
  std::vector<std::size_t> dimension(perm.size());
  for (std::size_t i = 0; i < perm.size(); ++i) dimension[static_cast<std::size_t>(perm[i])] = i;
  rows = rows_through(p.graph.value(transpose.outputs[0]).shape, dimension);
  p.mark_read(id);
  return transpose.outputs[0];
}

void emit_attention(Planner &p, const Attention &a) {
  const Node &first = p.graph.node(a.first), &last = p.graph.node(a.last);
  const MatMulOp::Shape scores = batched_shape(p, first), mixed = batched_shape(p, last);
  AttentionShape shape{scores.batches, scores.m, scores.n, scores.k, mixed.n, scores.a, scores.b, mixed.b, mixed.y};
  const ValueId q = source_of(p, first.inputs[0], shape.q), k = source_of(p, first.inputs[1], shape.k),
                v = source_of(p, last.inputs[1], shape.v), y = result_of(p, last, shape.y);
  AttentionOp::Slots slots{p.slot(q), p.slot(k),           p.slot(v),           p.slot(y),
                           kNoSlot,   p.needs_gradient(q), p.needs_gradient(k), p.needs_gradient(v)};
  if (p.training()) slots.kept = p.new_slot(static_cast<int>(attention_rows(shape)));
  p.emit<AttentionOp>(last, shape, slots);
}

}  // namespace

MatMulOp::Shape batched_shape(const Planner &p, const Node &node) {
  const ValueId a = node.inputs[0], b = node.inputs[1];
  const Shape &left = p.graph.value(a).shape, &right = p.graph.value(b).shape;
  if (!p.is_sample_value(a) || !p.is_sample_value(b) || left.size() < 3 || left.size() != right.size())
    p.refuse(node, "no product of a value of each sample with a matrix on its right, nor of two such values");
  const std::size_t rank = left.size();
  MatMulOp::Shape s;
  for (std::size_t i = 1; i + 2 < rank; ++i) {
    if (left[i] != right[i]) p.refuse(node, "its operands differ in dimension " + std::to_string(i));
    s.batches *= static_cast<int>(left[i]);
  }
  s.m = static_cast<int>(left[rank - 2]);
  s.k = static_cast<int>(left[rank - 1]);
  s.n = static_cast<int>(right[rank - 1]);
  s.a = {s.m * s.k, s.k, 1};
  s.b = {s.k * s.n, s.n, 1};
  s.y = {s.m * s.n, s.n, 1};
  return s;
}

bool read_attention(Planner &p, NodeId id) {
  // Attention is read where its last operand is there.
  if (const Attention begun = attention_from(p, id); begun.found()) {
    p.mark_read(begun.softmax);
    return true;
  }
  const Attention ended = attention_to(p, id);
  if (ended.found()) emit_attention(p, ended);
  return ended.found();
}

bool read_attention_operand(Planner &p, const Node &transpose) {
  const ValueId result = transpose.outputs[0];
  const NodeId user = p.sole_user(result, "MatMul");
  if (user == 0 || !can_go_through(p, transpose) || !read_once(p, transpose.inputs[0])) return false;
  return attention_from(p, user).found() || (attention_to(p, user).found() && p.graph.node(user).inputs[1] == result);
}

}  // namespace nac::fw::fused
