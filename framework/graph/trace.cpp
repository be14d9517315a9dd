// SPDX-License-Identifier: Apache-2.0
#include "graph/trace.hpp"

#include <algorithm>
#include <iterator>

namespace nac::fw {
namespace {

bool one_of(const std::string &op, std::initializer_list<const char *> list) {
  return std::any_of(list.begin(), list.end(), [&](const char *name) { return op == name; });
}

}  // namespace

Trace::Trace(const Graph &graph) : graph_(graph) {
  ValueId last = 0;
  for (const ValueId id : graph.values()) last = std::max(last, id);
  activation_.assign(last + 1, false);
  users_.resize(last + 1);
  for (const ValueId id : graph.inputs()) activation_[id] = true;
  const std::vector<bool> live = graph.live_nodes();
  for (const NodeId id : graph.topological()) {
    if (!live[id]) continue;
    nodes_.push_back(id);
    const Node &n = graph.node(id);
    bool activation = false;
    for (const ValueId in : n.inputs) {
      if (in == 0) continue;
      activation = activation || activation_[in];
      if (users_[in].empty() || users_[in].back() != id) users_[in].push_back(id);
    }
    for (const ValueId out : n.outputs) activation_[out] = activation;
  }
}

bool Trace::is(NodeId id, const char *op) const { return id != 0 && node(id).domain.empty() && node(id).op == op; }

ValueId Trace::weight_behind(ValueId id) const {
  while (id != 0 && !is_activation(id)) {
    const Value &v = graph_.value(id);
    if (v.kind != ValueKind::result) return id;
    const Node &n = node(v.producer);
    const bool masked = n.op == "Mul" && graph_.value(n.inputs[1]).kind == ValueKind::constant;
    if (!masked && !one_of(n.op, {"Identity", "Quant", "Reshape", "Flatten", "Transpose"})) return 0;
    id = n.inputs[0];
  }
  return 0;
}

bool Trace::is_pointwise(const Node &n) {
  return one_of(n.op, {"Identity", "Quant", "BatchNormalization", "Relu", "LeakyRelu", "Gelu", "Sigmoid", "Tanh"});
}

NodeId Trace::source(ValueId id, bool layout) const {
  while (id != 0) {
    const NodeId producer = graph_.value(id).producer;
    if (producer == 0) return 0;
    const Node &n = node(producer);
    if (is_pointwise(n) || (layout && one_of(n.op, {"Reshape", "Flatten", "Transpose"}))) {
      id = n.inputs[0];
    } else if (layout && one_of(n.op, {"Mul", "Div"}) && is_activation(n.inputs[0]) != is_activation(n.inputs[1])) {
      id = is_activation(n.inputs[0]) ? n.inputs[0] : n.inputs[1];
    } else {
      return producer;
    }
  }
  return 0;
}

bool Trace::is_attention_matmul(NodeId id) const {
  return is(id, "MatMul") && is_activation(node(id).inputs[0]) && is_activation(node(id).inputs[1]);
}

}  // namespace nac::fw
