// SPDX-License-Identifier: Apache-2.0
#include "fused/plan/planner.hpp"

#include <algorithm>
#include <limits>

#include "fused/ops/load_op.hpp"

namespace nac::fw::fused {

bool is(const Node &node, const char *op) { return node.op == op && node.domain.empty(); }

Planner::Planner(const Graph &g, const std::vector<ValueId> &wanted, Mode m)
    : graph(g),
      mode(m),
      quantized(QuantizedGraph::has_quantizers(g) ? std::optional<QuantizedGraph>(std::in_place, g) : std::nullopt),
      wanted_(wanted.begin(), wanted.end()) {
  std::vector<ValueId> open = wanted;
  std::set<NodeId> nodes;
  while (!open.empty()) {
    const ValueId id = open.back();
    open.pop_back();
    if (id == 0 || !live_.insert(id).second) continue;
    const Value &value = graph.value(id);
    if (value.kind != ValueKind::result) continue;
    nodes.insert(value.producer);
    for (const ValueId input : graph.node(value.producer).inputs) open.push_back(input);
  }
  for (const NodeId id : graph.topological()) {
    if (nodes.count(id) == 0) {
      read_.insert(id);  // nobody wants it
      continue;
    }
    const Node &node = graph.node(id);
    bool trained = false;
    for (const ValueId input : node.inputs) {
      if (input == 0) continue;
      users_[input].push_back(id);
      trained = trained || needs_gradient_.count(input) != 0 || graph.value(input).kind == ValueKind::parameter;
    }
    if (trained) needs_gradient_.insert(node.outputs.begin(), node.outputs.end());
  }
}

Slot Planner::slot(ValueId id) {
  const auto found = slots_.find(id);
  if (found != slots_.end()) return found->second;
  const Slot slot = new_slot(rows_of(id));
  slots_[id] = slot;
  const std::vector<ValueId> &inputs = graph.inputs();
  const auto input = std::find(inputs.begin(), inputs.end(), id);
  if (input != inputs.end()) {
    auto op = std::make_unique<LoadOp>(static_cast<std::size_t>(input - inputs.begin()), rows_of(id), slot);
    op->where = "input '" + graph.value(id).name + "'";
    plan.ops.push_back(std::move(op));
  }
  return slot;
}

Slot Planner::new_slot(int rows) {
  plan.rows.push_back(rows);
  return static_cast<Slot>(plan.rows.size()) - 1;
}

int Planner::rows_of(ValueId id) const {
  const int64_t rows = elements_of(graph.value(id).shape);
  if (rows > std::numeric_limits<int>::max())
    throw Unplanned({"values of more than 2^31 elements a sample", "'" + graph.value(id).name + "'"});
  return static_cast<int>(rows);
}

bool Planner::is_sample_value(ValueId id) const {
  const Value &value = graph.value(id);
  return value.dtype == DType::f32 && !value.shape.empty() && value.shape[0] == -1;
}

bool Planner::is_tensor(ValueId id) const {
  const Value &value = graph.value(id);
  return value.dtype == DType::f32 && (value.kind == ValueKind::parameter || value.kind == ValueKind::constant);
}

std::shared_ptr<WideValue> Planner::wide_value(ValueId id) const {
  const auto slot = slots_.find(id);
  const auto found = slot != slots_.end() ? wide_.find(slot->second) : wide_.end();
  return found != wide_.end() ? found->second : nullptr;
}

std::shared_ptr<WideValue> Planner::make_wide(ValueId id) {
  std::shared_ptr<WideValue> &wide = wide_[slot(id)];
  if (!wide) wide = std::make_shared<WideValue>();
  return wide;
}

const std::vector<NodeId> &Planner::users(ValueId id) const {
  static const std::vector<NodeId> none;
  const auto found = users_.find(id);
  return found != users_.end() ? found->second : none;
}

NodeId Planner::sole_user(ValueId id) const {
  const auto found = users_.find(id);
  return found != users_.end() && found->second.size() == 1 && wanted_.count(id) == 0 ? found->second[0] : 0;
}

NodeId Planner::sole_user(ValueId id, const char *op) const {
  const NodeId user = sole_user(id);
  return user != 0 && is(graph.node(user), op) ? user : 0;
}

std::string Planner::title(const Node &node) const {
  return node.op + " '" + graph.value(node.outputs.at(0)).name + "'";
}

void Planner::refuse(const Node &node, const std::string &what) const {
  throw Unplanned({node.op + ": " + what, "'" + graph.value(node.outputs.at(0)).name + "'"});
}

}  // namespace nac::fw::fused
