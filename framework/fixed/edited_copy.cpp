// SPDX-License-Identifier: Apache-2.0
#include "fixed/edited_copy.hpp"

namespace nac::fw {
namespace {

class Copy {
 public:
  Copy(const Graph &from, const Edit &edit) : from_(from), edit_(edit) {}
  Graph make();

 private:
  ValueId value(ValueId id);
  ValueId new_bias();
  void node(NodeId id);

  const Graph &from_;
  const Edit &edit_;
  Graph to_;
  std::map<ValueId, ValueId> ids_;
};

ValueId Copy::value(ValueId id) {
  if (id == 0) return 0;
  if (const auto found = ids_.find(id); found != ids_.end()) return found->second;
  const Value &v = from_.value(id);
  const auto edited = edit_.data.find(id);
  std::optional<Tensor> data = v.data;
  if (edited != edit_.data.end()) data = edited->second;
  ValueId made = 0;
  if (v.kind == ValueKind::constant) {
    made = to_.add_constant(v.name, *data);
  } else {
    made = to_.add_parameter(v.name, data ? data->shape() : v.shape, v.init);
    if (data) to_.set_data(made, *data);
  }
  return ids_[id] = made;
}

ValueId Copy::new_bias() {
  const std::string name = from_.find(edit_.bias_name) == 0 ? edit_.bias_name : "";
  const ValueId bias = to_.add_parameter(name, edit_.bias->shape(), {});
  to_.set_data(bias, *edit_.bias);
  const ValueId scale = to_.add_constant("", *edit_.bias_scale);
  const ValueId zero = to_.add_constant("", Tensor::of<float>({1}, {0}));
  const ValueId width = to_.add_constant("", Tensor::of<float>({1}, {static_cast<float>(edit_.bias_width)}));
  return to_.node(to_.add_node(NAC_DOMAIN_QONNX, "Quant", {bias, scale, zero, width})).outputs[0];
}

void Copy::node(NodeId id) {
  const Node &n = from_.node(id);
  std::vector<ValueId> inputs;
  for (std::size_t i = 0; i < n.inputs.size(); ++i) {
    if (id == edit_.bias_quant && i == 3)
      inputs.push_back(to_.add_constant("", Tensor::of<float>({1}, {static_cast<float>(edit_.bias_width)})));
    else if (const auto shape = edit_.shapes.find(id); i == 1 && shape != edit_.shapes.end())
      inputs.push_back(to_.add_constant("", shape->second));
    else
      inputs.push_back(value(n.inputs[i]));
  }
  const bool needs_bias = id == edit_.product && edit_.bias && edit_.bias_quant == 0;
  if (needs_bias && n.op != "MatMul") inputs.push_back(new_bias());
  std::map<std::string, Attribute> attributes = n.attributes;
  NodeId made = to_.add_node(n.domain, n.op, inputs, attributes);
  if (needs_bias && n.op == "MatMul") made = to_.add_node("", "Add", {to_.node(made).outputs[0], new_bias()});
  const ValueId out = to_.node(made).outputs[0];
  if (to_.find(from_.value(n.outputs[0]).name) == 0) to_.set_name(out, from_.value(n.outputs[0]).name);
  ids_[n.outputs[0]] = out;
}

Graph Copy::make() {
  for (const ValueId id : from_.inputs())
    ids_[id] = to_.add_input(from_.value(id).name, from_.value(id).dtype, from_.value(id).shape);
  // First what has a name already, so that no name is invented that one of them has.
  const std::vector<bool> live = from_.live_nodes();
  for (const NodeId id : from_.topological())
    for (std::size_t i = 0; live[id] && i < from_.node(id).inputs.size(); ++i)
      if (const ValueId in = from_.node(id).inputs[i]; in != 0 && from_.value(in).producer == 0) value(in);
  for (const NodeId id : from_.topological())
    if (live[id]) node(id);
  for (const ValueId id : from_.outputs()) to_.add_output(from_.value(id).name, ids_.at(id));
  return std::move(to_);
}

}  // namespace

Graph edited_copy(const Graph &graph, const Edit &edit) { return Copy(graph, edit).make(); }

}  // namespace nac::fw
