// SPDX-License-Identifier: Apache-2.0
#include "graph/graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>

#include "base/error.hpp"
#include "graph/infer_node.hpp"
#include "graph/operators.hpp"

namespace nac::fw {
namespace {

constexpr std::size_t kMaxValues = 1'000'000;  // a plugin in a loop ends with a message, not with the machine's memory
constexpr std::size_t kMaxName = 1024;

[[noreturn]] void invalid(const std::string &message) { throw Error(message, NAC_INVALID_ARGUMENT); }

/// Names travel through ONNX, JSON and error messages: printable UTF-8 only.
void check_name(const std::string &name) {
  if (name.size() > kMaxName)
    invalid(fmt::format("a name has {} bytes, at most {} are accepted", name.size(), kMaxName));
  for (std::size_t i = 0; i < name.size();) {
    const auto lead = static_cast<unsigned char>(name[i]);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : (lead & 0xF0u) == 0xE0      ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    bool good = length != 0 && i + length <= name.size() && lead >= 0x20 && lead != 0x7F;
    for (std::size_t k = 1; good && k < length; ++k) good = (static_cast<unsigned char>(name[i + k]) & 0xC0u) == 0x80;
    if (!good) invalid(fmt::format("a name has the byte 0x{:02x} at {}: names are printable UTF-8", lead, i));
    i += length;
  }
}

void check_fixed_shape(const char *what, const Shape &shape, std::size_t first) {
  for (std::size_t i = first; i < shape.size(); ++i)
    if (shape[i] < 1)
      invalid(fmt::format("{} has the shape [{}]: dimension {} must be 1 or more", what, fmt::join(shape, ", "), i));
  if (shape.size() > 8) invalid(fmt::format("{} has {} dimensions, at most 8 are accepted", what, shape.size()));
  elements_of(shape);
}

}  // namespace

const Value &Graph::value(ValueId id) const {
  if (!has_value(id)) invalid(fmt::format("there is no value {} in the graph", id));
  return *values_[id];
}

const Node &Graph::node(NodeId id) const {
  if (!has_node(id)) invalid(fmt::format("there is no node {} in the graph", id));
  return *nodes_[id];
}

Value &Graph::value_at(ValueId id) {
  value(id);
  return *values_[id];
}

Node &Graph::node_at(NodeId id) {
  node(id);
  return *nodes_[id];
}

std::string Graph::fresh_name(const std::string &wanted, const char *prefix) const {
  if (!wanted.empty()) {
    check_name(wanted);
    if (by_name_.count(wanted) != 0) invalid(fmt::format("there is a value named '{}' already", wanted));
    return wanted;
  }
  for (std::size_t i = values_.size();; ++i) {
    std::string name = fmt::format("{}_{}", prefix, i);
    if (by_name_.count(name) == 0) return name;
  }
}

ValueId Graph::add_value(Value value) {
  if (values_.size() > kMaxValues)
    throw Error(fmt::format("the graph has {} values already, that is the limit", kMaxValues), NAC_RESOURCE_EXHAUSTED);
  edited();
  const auto id = static_cast<ValueId>(values_.size());
  const auto place = by_name_.emplace(value.name, id).first;
  try {
    values_.emplace_back(std::move(value));
  } catch (...) {
    by_name_.erase(place);
    throw;
  }
  return id;
}

ValueId Graph::add_input(const std::string &name, DType dtype, const Shape &shape) {
  if (shape.empty() || shape[0] != -1)
    invalid(
        fmt::format("input '{}' has the shape [{}]: dimension 0 must be -1, the batch", name, fmt::join(shape, ", ")));
  check_fixed_shape(fmt::format("input '{}'", name).c_str(), shape, 1);
  Value v;
  v.name = fresh_name(name, "input");
  v.dtype = dtype;
  v.shape = shape;
  v.kind = ValueKind::input;
  inputs_.reserve(inputs_.size() + 1);
  inputs_.push_back(add_value(std::move(v)));
  return inputs_.back();
}

ValueId Graph::add_constant(const std::string &name, Tensor value) {
  if (value.shape().size() > 8)
    invalid(fmt::format("constant '{}' has {} dimensions, at most 8 are accepted", name, value.shape().size()));
  Value v;
  v.name = fresh_name(name, "constant");
  v.dtype = value.dtype();
  v.shape = value.shape();
  v.kind = ValueKind::constant;
  v.data = std::move(value);
  return add_value(std::move(v));
}

ValueId Graph::add_parameter(const std::string &name, const Shape &shape, Init init) {
  check_fixed_shape(fmt::format("parameter '{}'", name).c_str(), shape, 0);
  if (init.kind < NAC_INIT_ZEROS || init.kind > NAC_INIT_NORMAL)
    invalid(fmt::format("parameter '{}' has the initialization {}, 0 to 3 are known", name, init.kind));
  if (!(init.scale >= 0) || !std::isfinite(init.scale))
    invalid(fmt::format("parameter '{}' has the initialization scale {}, it must be finite and 0 or more", name,
                        init.scale));
  // Zeros and ones have no scale: a stray one would make equal architectures differ.
  if (init.kind == NAC_INIT_ZEROS || init.kind == NAC_INIT_ONES) init.scale = 0;
  Value v;
  v.name = fresh_name(name, "parameter");
  v.shape = shape;
  v.kind = ValueKind::parameter;
  v.init = init;
  return add_value(std::move(v));
}

NodeId Graph::add_node(const std::string &domain, const std::string &op, const std::vector<ValueId> &inputs,
                       std::map<std::string, Attribute> attributes, uint32_t output_count) {
  Node n;
  n.domain = domain == "ai.onnx" ? "" : domain;  // ONNX's long name of its default domain
  n.op = op;
  n.inputs = inputs;
  n.attributes = std::move(attributes);
  while (!n.inputs.empty() && n.inputs.back() == 0) n.inputs.pop_back();  // omitted optional inputs at the end
  const Typed result = infer_node(*this, n);
  if (output_count != 1)
    invalid(fmt::format("{} has one result here, {} were asked for", label_of(*this, n), output_count));

  const auto id = static_cast<NodeId>(nodes_.size());
  Value v;
  v.name = fresh_name("", op.c_str());
  v.dtype = result.dtype;
  v.shape = result.shape;
  v.producer = id;
  nodes_.emplace_back();  // stays empty when the next line throws
  n.outputs.push_back(0);
  n.outputs[0] = add_value(std::move(v));
  nodes_[id] = std::move(n);
  return id;
}

void Graph::add_output(const std::string &name, ValueId id) {
  const Value &v = value(id);
  if (v.kind != ValueKind::result)
    invalid(fmt::format("'{}' cannot be an output: it is not computed by any node", v.name));
  if (std::find(outputs_.begin(), outputs_.end(), id) != outputs_.end())
    invalid(fmt::format("'{}' is an output already", v.name));
  outputs_.reserve(outputs_.size() + 1);
  if (!name.empty()) set_name(id, name);
  edited();
  outputs_.push_back(id);
}

ValueId Graph::find(const std::string &name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? 0 : found->second;
}

std::vector<ValueId> Graph::values() const {
  std::vector<ValueId> ids;
  for (std::size_t i = 1; i < values_.size(); ++i)
    if (values_[i].has_value()) ids.push_back(static_cast<ValueId>(i));
  return ids;
}

std::vector<NodeId> Graph::topological() const {
  std::vector<uint32_t> waiting(nodes_.size(), 0);  // results that a node still waits for
  std::vector<std::vector<NodeId>> readers(nodes_.size());
  std::priority_queue<NodeId, std::vector<NodeId>, std::greater<>> ready;
  std::size_t live = 0;
  for (NodeId id = 1; id < nodes_.size(); ++id) {
    if (!nodes_[id].has_value()) continue;
    ++live;
    for (const ValueId in : nodes_[id]->inputs) {
      const NodeId producer = in == 0 ? 0 : value(in).producer;
      if (producer == 0) continue;
      ++waiting[id];
      readers[producer].push_back(id);
    }
    if (waiting[id] == 0) ready.push(id);
  }
  std::vector<NodeId> order;
  order.reserve(live);
  while (!ready.empty()) {
    const NodeId id = ready.top();
    ready.pop();
    order.push_back(id);
    for (const NodeId reader : readers[id])
      if (--waiting[reader] == 0) ready.push(reader);
  }
  if (order.size() != live) {
    for (NodeId id = 1; id < nodes_.size(); ++id)
      if (nodes_[id].has_value() && waiting[id] > 0)
        invalid(fmt::format("{} is part of a cycle", label_of(*this, *nodes_[id])));
  }
  return order;
}

std::vector<NodeId> Graph::users(ValueId id) const {
  value(id);
  std::vector<NodeId> found;
  for (NodeId n = 1; n < nodes_.size(); ++n)
    if (nodes_[n].has_value() && std::count(nodes_[n]->inputs.begin(), nodes_[n]->inputs.end(), id) > 0)
      found.push_back(n);
  return found;
}

void Graph::set_name(ValueId id, const std::string &name) {
  Value &v = value_at(id);
  if (name.empty()) invalid(fmt::format("'{}' cannot get an empty name", v.name));
  if (name == v.name) return;
  fresh_name(name, "");
  edited();
  by_name_.emplace(name, id);
  by_name_.erase(v.name);
  v.name = name;
}

}  // namespace nac::fw
