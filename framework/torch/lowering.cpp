// SPDX-License-Identifier: Apache-2.0
#include "torch/lowering.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace nac::fw::libtorch {

at::Tensor Slot::logical(const Frame &frame) const {
  const at::Tensor &t = frame.values[id];
  if (!merged) return t;
  std::vector<int64_t> dims = shape;
  dims[0] = -1;
  return t.view(dims);
}

at::Tensor Slot::rows(const Frame &frame) const {
  const at::Tensor &t = frame.values[id];
  return merged || shape.size() == 2 ? t : t.reshape({-1, shape.back()});
}

Lowering::Lowering(const Graph &g, const std::vector<ValueId> &wanted, bool cpu)
    : graph(g), on_cpu(cpu), wanted_(wanted.begin(), wanted.end()) {
  std::vector<ValueId> open = wanted;
  while (!open.empty()) {
    const ValueId id = open.back();
    open.pop_back();
    if (id == 0 || !live_.insert(id).second) continue;
    const Value &value = graph.value(id);
    if (value.kind != ValueKind::result) continue;
    for (const ValueId input : graph.node(value.producer).inputs) open.push_back(input);
  }
  for (const NodeId id : graph.topological()) {
    const Node &node = graph.node(id);
    const bool used =
        std::any_of(node.outputs.begin(), node.outputs.end(), [&](ValueId output) { return live_.count(output) != 0; });
    if (!used) continue;
    for (const ValueId input : node.inputs)
      if (input != 0) users_[input].push_back(id);
  }
  if (QuantizedGraph::has_quantizers(graph)) {
    quantized.emplace(graph);
    skip_quantized_weights();
  }
}

void Lowering::skip_quantized_weights() {
  const auto only_read_by = [&](ValueId id, const std::set<NodeId> &nodes) {
    const auto found = users_.find(id);
    return found != users_.end() && wanted_.count(id) == 0 &&
           std::all_of(found->second.begin(), found->second.end(), [&](NodeId n) { return nodes.count(n) != 0; });
  };
  std::set<NodeId> products, quants, masks;
  for (const QuantizedLayer *layer : quantized->layers()) products.insert(layer->product);
  for (const QuantizedLayer *layer : quantized->layers()) {
    if (only_read_by(graph.node(layer->weight_quant).outputs[0], products)) quants.insert(layer->weight_quant);
    if (const NodeId mask = graph.value(layer->weight).producer; mask != 0) masks.insert(mask);
  }
  skipped_ = quants;
  for (const NodeId id : masks)
    if (only_read_by(graph.node(id).outputs[0], quants)) skipped_.insert(id);
  for (const NodeId id : graph.topological())
    if (quantized->inside_layer(id)) skipped_.insert(id);
}

void Lowering::read_also(const std::vector<ValueId> &ids) {
  std::vector<ValueId> &all = reads[steps.size()];
  for (const ValueId id : ids)
    if (id != 0 && graph.value(id).kind == ValueKind::result) all.push_back(id);
}

void Lowering::read_also(const GridPlan &grid) {
  std::vector<ValueId> scales;
  for (const GridPlan::Term &term : grid.terms) scales.push_back(term.scale);
  read_also(scales);
}

Slot Lowering::slot(ValueId id) const {
  if (id == 0) return {};
  return {id, graph.value(id).shape, merged_.count(id) != 0};
}

NodeId Lowering::sole_user(ValueId id) const {
  const auto found = users_.find(id);
  if (found == users_.end() || found->second.size() != 1 || wanted_.count(id) != 0) return 0;
  return found->second.front();
}

bool Lowering::may_overwrite(ValueId id, const Node &user) const {
  const NodeId only = sole_user(id);
  return only != 0 && &graph.node(only) == &user && overwritable_.count(id) != 0;
}

void Lowering::emit(const Node &node, Action action) { steps.push_back({title(graph, node), std::move(action), {}}); }

std::vector<int64_t> Lowering::integers_of(ValueId id, const Node &node) const {
  const Value &value = graph.value(id);
  if (value.kind != ValueKind::constant || !value.data || value.dtype != DType::i64)
    throw Error(title(graph, node) + ": input '" + value.name + "' must be a constant of int64, it is " +
                    (value.kind == ValueKind::constant ? name_of(value.dtype) : "not constant"),
                NAC_UNSUPPORTED);
  const int64_t *data = value.data->data<int64_t>();
  return {data, data + value.data->elements()};
}

std::string title(const Graph &graph, const Node &node) {
  const std::string result = node.outputs.empty() || node.outputs[0] == 0 ? "" : graph.value(node.outputs[0]).name;
  return node.op + " '" + result + "'";
}

namespace {

template <class T>
T attribute_or(const Node &node, const char *name, T otherwise) {
  const auto found = node.attributes.find(name);
  if (found == node.attributes.end()) return otherwise;
  const T *value = std::get_if<T>(&found->second);
  if (value == nullptr) throw Error(node.op + ": attribute '" + name + "' has another type than ONNX gives it");
  return *value;
}

}  // namespace

int64_t integer_or(const Node &node, const char *name, int64_t otherwise) {
  return attribute_or<int64_t>(node, name, otherwise);
}
float number_or(const Node &node, const char *name, float otherwise) {
  return attribute_or<float>(node, name, otherwise);
}
std::string text_or(const Node &node, const char *name, const std::string &otherwise) {
  return attribute_or<std::string>(node, name, otherwise);
}
std::vector<int64_t> integers_or(const Node &node, const char *name, std::vector<int64_t> otherwise) {
  return attribute_or<std::vector<int64_t>>(node, name, std::move(otherwise));
}

int64_t axis_of(int64_t axis, std::size_t rank) { return axis < 0 ? axis + static_cast<int64_t>(rank) : axis; }

}  // namespace nac::fw::libtorch
