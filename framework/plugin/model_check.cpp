// SPDX-License-Identifier: Apache-2.0
#include "plugin/model_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace nac::fw {
namespace {

void check_input(const Graph &graph, ValueId id, const TensorInfo &wanted, const char *what) {
  const Value &value = graph.value(id);
  Shape shape{-1};
  shape.insert(shape.end(), wanted.shape.begin(), wanted.shape.end());
  if (value.name != wanted.name || value.dtype != wanted.dtype || value.shape != shape)
    throw Error(fmt::format("the graph has the input '{}' {} {} where the task's info has the {} '{}' {} {}",
                            value.name, name_of(value.dtype), text_of(value.shape), what, wanted.name,
                            name_of(wanted.dtype), text_of(shape)));
}

/// Whether `value` is computed from any of `sources`.
bool depends_on(const Graph &graph, ValueId value, const std::vector<ValueId> &sources) {
  std::set<ValueId> seen;
  std::vector<ValueId> open{value};
  while (!open.empty()) {
    const ValueId id = open.back();
    open.pop_back();
    if (id == 0 || !seen.insert(id).second) continue;
    if (std::find(sources.begin(), sources.end(), id) != sources.end()) return true;
    const NodeId producer = graph.value(id).producer;
    if (producer != 0) open.insert(open.end(), graph.node(producer).inputs.begin(), graph.node(producer).inputs.end());
  }
  return false;
}

void check_untouched(const Graph &before, const Graph &graph) {
  for (const ValueId id : before.values()) {
    if (!graph.has_value(id))
      throw Error(fmt::format("it removed the value '{}' of the network", before.value(id).name));
    const Value &a = before.value(id), &b = graph.value(id);
    if (a.name != b.name || a.dtype != b.dtype || a.shape != b.shape || a.kind != b.kind || a.producer != b.producer)
      throw Error(fmt::format("it changed the value '{}' of the network", a.name));
  }
  for (const NodeId id : before.topological()) {
    if (!graph.has_node(id)) throw Error(fmt::format("it removed a {} node of the network", before.node(id).op));
    const Node &a = before.node(id), &b = graph.node(id);
    if (a.op != b.op || a.domain != b.domain || a.inputs != b.inputs || a.outputs != b.outputs ||
        a.attributes != b.attributes)
      throw Error(fmt::format("it changed a {} node of the network", a.op));
  }
  if (before.outputs() != graph.outputs()) throw Error("it changed the outputs of the network");
}

}  // namespace

void check_model(const Graph &graph, const TaskInfo &info) {
  if (graph.inputs().size() != info.inputs.size())
    throw Error(fmt::format("the graph has {} inputs, the task's info {}", graph.inputs().size(), info.inputs.size()));
  for (std::size_t i = 0; i < info.inputs.size(); ++i) check_input(graph, graph.inputs()[i], info.inputs[i], "input");
  if (graph.outputs().empty()) throw Error("the graph has no output");
  graph.check();
}

void check_with_loss(const Graph &before, const Graph &graph, ValueId loss, const TaskInfo &info) {
  check_untouched(before, graph);
  const std::size_t inputs = before.inputs().size();
  if (graph.inputs().size() != inputs + info.targets.size() ||
      !std::equal(before.inputs().begin(), before.inputs().end(), graph.inputs().begin()))
    throw Error(fmt::format("it added {} inputs to the network's {}; the task's info has {} targets",
                            static_cast<std::ptrdiff_t>(graph.inputs().size()) - static_cast<std::ptrdiff_t>(inputs),
                            inputs, info.targets.size()));
  for (std::size_t i = 0; i < info.targets.size(); ++i)
    check_input(graph, graph.inputs()[inputs + i], info.targets[i], "target");
  if (!graph.has_value(loss))
    throw Error(fmt::format("it returned {} as the loss, which is no value of the graph", loss));
  const Value &value = graph.value(loss);
  if (value.dtype != DType::f32 || !value.shape.empty())
    throw Error(fmt::format("the loss '{}' is {} {}; it must be a scalar float32, shape []", value.name,
                            name_of(value.dtype), text_of(value.shape)));
  if (!depends_on(graph, loss, before.outputs()))
    throw Error(fmt::format("the loss '{}' does not depend on any output of the network", value.name));
  graph.check();
}

}  // namespace nac::fw
