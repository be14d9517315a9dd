// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "fused/plan/planner.hpp"

namespace nac::fw::fused {
namespace {

bool is_constant_scalar(const Planner &p, ValueId id) {
  const Value &value = p.graph.value(id);
  return value.kind == ValueKind::constant && value.dtype == DType::f32 && value.data && value.data->elements() == 1;
}

double scalar(const Planner &p, ValueId id) { return static_cast<double>(*p.graph.value(id).data->data<float>()); }

/// ReduceMean or ReduceSum over all dimensions of a value of each sample.
void read_mean(Planner &p, const Node &node, double weight) {
  const ValueId x = node.inputs.at(0);
  if (!p.is_sample_value(x)) p.refuse(node, "in a loss only of values of each sample");
  const int rows = p.rows_of(x);
  const bool mean = node.op == "ReduceMean";
  p.emit<MeanOp>(node, weight, rows, mean ? static_cast<double>(rows) : 1.0, mean, p.slot(x), p.needs_gradient(x));
}

void read_cross_entropy(Planner &p, const Node &node, double weight) {
  if (node.text("reduction") != "mean" || node.inputs.size() > 2)
    p.refuse(node, "only the mean without weights has a kernel");
  const std::vector<ValueId> &inputs = p.graph.inputs();
  const auto labels = std::find(inputs.begin(), inputs.end(), node.inputs.at(1));
  if (labels == inputs.end() || p.graph.value(*labels).dtype != DType::i64)
    p.refuse(node, "its labels must be an input of int64");
  const int classes = static_cast<int>(p.graph.value(node.inputs[0]).shape.at(1));
  p.emit<CrossEntropyOp>(node, weight, classes, p.rows_of(node.inputs[0]) / classes,
                         static_cast<std::size_t>(labels - inputs.begin()), p.slot(node.inputs[0]),
                         p.needs_gradient(node.inputs[0]));
}

}  // namespace

void read_loss(Planner &p, ValueId loss, double weight) {
  if (is_constant_scalar(p, loss)) {
    p.plan.constant_loss += weight * scalar(p, loss);
    return;
  }
  const Value &value = p.graph.value(loss);
  if (value.kind != ValueKind::result)
    throw Unplanned({"a loss that is not computed from the network's outputs", "'" + value.name + "'"});
  const Node &node = p.graph.node(value.producer);
  p.mark_read(value.producer);
  const auto input = [&](std::size_t i) { return node.inputs.at(i); };
  if (is(node, "SoftmaxCrossEntropyLoss")) return read_cross_entropy(p, node, weight);
  if (is(node, "ReduceMean") || is(node, "ReduceSum")) return read_mean(p, node, weight);
  if (is(node, "Identity") || is(node, "Reshape") || is(node, "Flatten")) return read_loss(p, input(0), weight);
  if (is(node, "Add") || is(node, "Sub")) {
    read_loss(p, input(0), weight);
    return read_loss(p, input(1), is(node, "Sub") ? -weight : weight);
  }
  if (is(node, "Mul") && is_constant_scalar(p, input(1))) return read_loss(p, input(0), weight * scalar(p, input(1)));
  if (is(node, "Mul") && is_constant_scalar(p, input(0))) return read_loss(p, input(1), weight * scalar(p, input(0)));
  if (is(node, "Div") && is_constant_scalar(p, input(1))) return read_loss(p, input(0), weight / scalar(p, input(1)));
  p.refuse(node, "a loss is a sum of means over the batch times constants");
}

}  // namespace nac::fw::fused
