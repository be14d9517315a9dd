// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/distillation.hpp"

#include <fmt/format.h>

namespace nac::fw {
namespace {

class LossGraph {
 public:
  explicit LossGraph(Graph &graph) : graph_(graph) {}

  ValueId node(const char *op, const std::vector<ValueId> &inputs, std::map<std::string, Attribute> attributes = {}) {
    return graph_.node(graph_.add_node("", op, inputs, std::move(attributes))).outputs[0];
  }
  ValueId times(ValueId x, double factor) {
    return node("Mul", {x, graph_.add_constant("", Tensor::of<float>({}, {static_cast<float>(factor)}))});
  }
  ValueId mean(ValueId x) { return node("ReduceMean", {x}, {{"keepdims", int64_t{0}}}); }

  ValueId squared_difference(ValueId student, ValueId teacher) {
    const ValueId d = node("Sub", {student, teacher});
    return mean(node("Mul", {d, d}));
  }
  /// Both are scores before the softmax over dimension 1.
  ValueId divergence(ValueId student, ValueId teacher, double temperature) {
    const std::map<std::string, Attribute> axis{{"axis", int64_t{1}}};
    const ValueId scaled_teacher = times(teacher, 1 / temperature);
    const ValueId p = node("Softmax", {scaled_teacher}, axis);
    const ValueId log_ratio = node("Sub", {node("LogSoftmax", {scaled_teacher}, axis),
                                           node("LogSoftmax", {times(student, 1 / temperature)}, axis)});
    const ValueId sum =
        node("ReduceSum", {node("Mul", {p, log_ratio})}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}});
    return times(mean(sum), temperature * temperature);
  }
  bool is_classifier(ValueId output) const {
    for (const NodeId id : graph_.users(output)) {
      const Node &n = graph_.node(id);
      if (n.op == "SoftmaxCrossEntropyLoss" && n.inputs[0] == output) return true;
    }
    return false;
  }

 private:
  Graph &graph_;
};

}  // namespace

TaskProxy::WithLoss with_teacher(const TaskProxy::WithLoss &task_loss, const Distillation &distillation) {
  TaskProxy::WithLoss out = task_loss;
  LossGraph loss(out.graph);
  ValueId distance = 0;
  const std::vector<ValueId> outputs = out.graph.outputs();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Value student = out.graph.value(outputs[i]);
    const ValueId teacher = out.graph.add_input(fmt::format("teacher.{}", student.name), student.dtype, student.shape);
    const ValueId one = loss.is_classifier(outputs[i]) ? loss.divergence(outputs[i], teacher, distillation.temperature)
                                                       : loss.squared_difference(outputs[i], teacher);
    distance = distance == 0 ? one : loss.node("Add", {distance, one});
  }
  const ValueId own = loss.times(task_loss.loss, 1 - distillation.share);
  out.loss = loss.node("Add", {loss.times(distance, distillation.share), own});
  return out;
}

}  // namespace nac::fw
