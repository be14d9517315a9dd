// SPDX-License-Identifier: Apache-2.0
#include "fused/plan/plan.hpp"

#include <algorithm>
#include <array>

#include "fused/plan/planner.hpp"
#include "fused/plan/width.hpp"

namespace nac::fw::fused {
namespace {

ReadFunction find_reader(const Planner &p, const Node &node) {
  if (node.op == "Quant") return read_quant;
  if (node.domain.empty())
    for (const ReadTable *table : std::array{&linear_operators(), &elementwise_operators(), &normalization_operators(),
                                             &shape_operators(), &window_operators()}) {
      const auto found = table->find(node.op);
      if (found != table->end()) return found->second;
    }
  p.refuse(node, "the fused engine has no kernel for it");
}

}  // namespace

TrainedValues trained_values(const Graph &graph, const std::vector<ValueId> &wanted) {
  std::vector<bool> seen(graph.values().empty() ? 1 : graph.values().back() + std::size_t{1}, false);
  std::vector<ValueId> open = wanted;
  TrainedValues result;
  std::vector<ValueId> scales;
  while (!open.empty()) {
    const ValueId id = open.back();
    open.pop_back();
    if (id == 0 || seen[id]) continue;
    seen[id] = true;
    const Value &value = graph.value(id);
    if (value.kind == ValueKind::result) {
      const Node &node = graph.node(value.producer);
      open.insert(open.end(), node.inputs.begin(), node.inputs.end());
      if (is(node, "BatchNormalization"))
        for (std::size_t i = 3; i < 5; ++i)
          if (graph.value(node.inputs.at(i)).kind == ValueKind::constant) result.statistics.push_back(node.inputs[i]);
      if (node.op == "Quant" && node.attributes.count("fit") != 0 && node.integer("fit") != 0 &&
          graph.value(node.inputs.at(1)).kind == ValueKind::constant)
        result.statistics.push_back(node.inputs[1]);
      if (node.op == "PowerOfTwo" && graph.value(node.inputs[0]).kind == ValueKind::parameter)
        scales.push_back(node.inputs[0]);
    }
  }
  const auto is_scale = [&](ValueId id) { return std::find(scales.begin(), scales.end(), id) != scales.end(); };
  for (const ValueId id : graph.values())
    if (seen[id] && graph.value(id).kind == ValueKind::parameter && !is_scale(id)) result.parameters.push_back(id);
  std::sort(scales.begin(), scales.end());
  scales.erase(std::unique(scales.begin(), scales.end()), scales.end());
  result.parameters.insert(result.parameters.end(), scales.begin(), scales.end());
  result.learned_scales = scales.size();
  return result;
}

Plan make_plan(const Graph &graph, ValueId loss, const std::vector<ValueId> &outputs, Mode mode, int64_t batch_size) {
  std::vector<ValueId> wanted = outputs;
  if (loss != 0) wanted.push_back(loss);
  Planner p(graph, wanted, mode);
  p.plan.mode = mode;
  p.plan.quantized = p.quantized.has_value();
  p.plan.batch_size = batch_size;
  p.plan.width = tile_width(p, batch_size);
  for (const NodeId id : graph.topological()) {
    if (p.is_read(id)) continue;
    // What belongs to no sample is read by what it is used in: weights, scales, the loss.
    const Node &node = graph.node(id);
    if (!p.is_sample_value(node.outputs.at(0))) continue;
    if (p.quantized && read_quantized_layer(p, id)) continue;
    find_reader(p, node)(p, id);
  }
  if (loss != 0) read_loss(p, loss, 1);
  for (const OpPtr &op : p.plan.ops)
    if (auto *term = dynamic_cast<LossOp *>(op.get())) p.plan.losses.push_back(term);
  for (const ValueId id : outputs) p.plan.outputs.push_back({id, p.slot(id)});
  p.plan.schedule = make_schedule(p.plan.ops, p.plan.rows, batch_size, p.training());
  return std::move(p.plan);
}

}  // namespace nac::fw::fused
