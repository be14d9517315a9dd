// SPDX-License-Identifier: Apache-2.0
//
// Edits of Graph. Those that change shapes downstream work on a copy first, so that a failure leaves no trace.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "graph/graph.hpp"
#include "graph/infer_node.hpp"

namespace nac::fw {
namespace {

[[noreturn]] void invalid(const std::string &message) { throw Error(message, NAC_INVALID_ARGUMENT); }

void require_fitting(const Value &v, const Tensor &data) {
  if (data.dtype() != v.dtype || data.shape() != v.shape)
    invalid(fmt::format("data of type {} {} does not fit '{}', which is {} {}", name_of(data.dtype()),
                        text_of(data.shape()), v.name, name_of(v.dtype), text_of(v.shape)));
}

}  // namespace

void Graph::infer_again() {
  for (const NodeId id : topological()) {
    Node &n = *nodes_[id];
    const Typed result = infer_node(*this, n);
    Value &out = *values_[n.outputs[0]];
    out.dtype = result.dtype;
    out.shape = result.shape;
  }
}

std::vector<bool> Graph::ancestors(const std::vector<ValueId> &of) const {
  std::vector<bool> seen(nodes_.size(), false);
  std::vector<NodeId> open;
  const auto visit = [&](ValueId id) {
    const NodeId producer = id == 0 ? 0 : value(id).producer;
    if (producer == 0 || seen[producer]) return;
    seen[producer] = true;
    open.push_back(producer);
  };
  for (const ValueId id : of) visit(id);
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    for (const ValueId in : node(id).inputs) visit(in);
  }
  return seen;
}

void Graph::set_attribute(NodeId id, const std::string &name, Attribute value) {
  node(id);
  Graph changed = *this;
  changed.nodes_[id]->attributes[name] = std::move(value);
  changed.infer_again();
  *this = std::move(changed);
  edited();
}

void Graph::replace_uses(ValueId from, ValueId to) {
  const Value &old_value = value(from);
  const Value &new_value = value(to);
  if (from == to) invalid(fmt::format("'{}' cannot replace itself", old_value.name));
  if (old_value.dtype != new_value.dtype)
    invalid(fmt::format("'{}' is {} and cannot replace '{}', which is {}", new_value.name, name_of(new_value.dtype),
                        old_value.name, name_of(old_value.dtype)));
  Graph changed = *this;
  const std::vector<bool> upstream = ancestors({to});
  for (NodeId id = 1; id < nodes_.size(); ++id)
    if (nodes_[id].has_value() && !upstream[id])
      std::replace(changed.nodes_[id]->inputs.begin(), changed.nodes_[id]->inputs.end(), from, to);
  const auto place = std::find(changed.outputs_.begin(), changed.outputs_.end(), from);
  if (place != changed.outputs_.end()) {
    if (new_value.kind != ValueKind::result)
      invalid(fmt::format("'{}' cannot become the output '{}': it is not computed by any node", new_value.name,
                          old_value.name));
    if (std::find(outputs_.begin(), outputs_.end(), to) != outputs_.end())
      invalid(fmt::format("'{}' cannot become the output '{}': it is one already", new_value.name, old_value.name));
    *place = to;
    std::swap(changed.values_[from]->name, changed.values_[to]->name);
    changed.by_name_[changed.values_[from]->name] = from;
    changed.by_name_[changed.values_[to]->name] = to;
  }
  changed.infer_again();
  *this = std::move(changed);
  edited();
}

void Graph::set_data(ValueId id, Tensor data) {
  Value &v = value_at(id);
  if (v.kind != ValueKind::constant && v.kind != ValueKind::parameter)
    invalid(fmt::format("'{}' has no data of its own: only constants and parameters do", v.name));
  require_fitting(v, data);
  edited();
  if (v.kind == ValueKind::constant && v.dtype == DType::i64) {  // may be the shape of a Reshape
    Graph changed = *this;
    changed.values_[id]->data = std::move(data);
    changed.infer_again();
    *this = std::move(changed);
    return;
  }
  v.data = std::move(data);
}

void Graph::clear_data(ValueId id) {
  Value &v = value_at(id);
  if (v.kind != ValueKind::parameter) invalid(fmt::format("'{}' is no parameter, its data stays", v.name));
  edited();
  v.data.reset();
}

void Graph::remove_node(NodeId id) {
  const Node &n = node(id);
  for (const ValueId out : n.outputs) {
    if (std::find(outputs_.begin(), outputs_.end(), out) != outputs_.end())
      invalid(fmt::format("{} cannot be removed: its result '{}' is an output", label_of(*this, n), value(out).name));
    const std::vector<NodeId> readers = users(out);
    if (!readers.empty())
      invalid(fmt::format("{} cannot be removed: its result '{}' is used by {}", label_of(*this, n), value(out).name,
                          label_of(*this, node(readers[0]))));
  }
  edited();
  for (const ValueId out : n.outputs) {
    by_name_.erase(values_[out]->name);
    values_[out].reset();
  }
  nodes_[id].reset();
}

void Graph::prune_dead() {
  edited();
  const std::vector<bool> live = live_nodes();
  std::vector<bool> used(values_.size(), false);
  for (NodeId id = 1; id < nodes_.size(); ++id) {
    if (!nodes_[id].has_value()) continue;
    if (!live[id]) {
      nodes_[id].reset();
      continue;
    }
    for (const ValueId in : nodes_[id]->inputs) used[in] = true;
    for (const ValueId out : nodes_[id]->outputs) used[out] = true;
  }
  for (ValueId id = 1; id < values_.size(); ++id) {
    if (!values_[id].has_value() || used[id] || values_[id]->kind == ValueKind::input) continue;
    by_name_.erase(values_[id]->name);
    values_[id].reset();
  }
}

void Graph::check() const {
  if (inputs_.empty()) invalid("the graph has no input");
  if (outputs_.empty()) invalid("the graph has no output");
  std::vector<bool> used(values_.size(), false);
  for (const NodeId id : topological()) {
    const Node &n = node(id);
    for (const ValueId in : n.inputs) used[in] = true;
    Node copy = n;
    const Typed result = infer_node(*this, copy);
    const Value &out = value(n.outputs.at(0));
    if (copy.attributes != n.attributes || copy.inputs != n.inputs)
      invalid(fmt::format("{} is not in normal form", label_of(*this, n)));
    if (result.dtype != out.dtype || result.shape != out.shape)
      invalid(fmt::format("{} gives {} {}, its result '{}' is noted as {} {}", label_of(*this, n),
                          name_of(result.dtype), text_of(result.shape), out.name, name_of(out.dtype),
                          text_of(out.shape)));
  }
  for (const ValueId id : values()) {
    const Value &v = value(id);
    if (v.kind == ValueKind::constant && !v.data.has_value()) invalid(fmt::format("constant '{}' has no data", v.name));
    if (v.data.has_value()) require_fitting(v, *v.data);
    if (v.kind == ValueKind::input && !used[id]) invalid(fmt::format("input '{}' is used by no node", v.name));
  }
}

}  // namespace nac::fw
