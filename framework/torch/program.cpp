// SPDX-License-Identifier: Apache-2.0
#include "torch/program.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/error.hpp"
#include "engine/checks.hpp"
#include "torch/lowering.hpp"

namespace nac::fw::libtorch {
namespace {

LowerFunction find_lowering(const Graph &graph, const Node &node) {
  if (node.domain.empty() || node.domain == "ai.onnx") {
    const std::array tables{&elementwise_operators(), &linear_operators(),        &convolution_operators(),
                            &shape_operators(),       &normalization_operators(), &reduction_operators()};
    for (const LowerTable *table : tables) {
      const auto found = table->find(node.op);
      if (found != table->end()) return found->second;
    }
  }
  if (node.domain == NAC_DOMAIN_QONNX && node.op == "Quant") return lower_quant;
  if (node.domain == NAC_DOMAIN_NAC && node.op == "PowerOfTwo") return lower_power_of_two;
  throw Error("the training engine has no operator " + title(graph, node) +
                  (node.domain.empty() ? "" : " of domain " + node.domain) + "; it has those listed in nac/graph.h",
              NAC_UNSUPPORTED);
}

/// Lets each step release what it reads last. Wanted values stay, and so does what the caller put in.
void plan_releases(const Graph &graph, const std::set<ValueId> &wanted, const std::vector<NodeId> &node_of_step,
                   const std::map<NodeId, std::size_t> &step_of_fused,
                   const std::map<std::size_t, std::vector<ValueId>> &reads, std::vector<Step> &steps) {
  std::map<ValueId, std::size_t> last;
  const auto note = [&](NodeId id, std::size_t step) {
    const Node &node = graph.node(id);
    for (const ValueId input : node.inputs)
      if (input != 0 && graph.value(input).kind == ValueKind::result) last[input] = std::max(last[input], step);
    for (const ValueId output : node.outputs)
      if (output != 0) last[output] = std::max(last[output], step);
  };
  for (std::size_t i = 0; i < node_of_step.size(); ++i) note(node_of_step[i], i);
  for (const auto &[id, step] : step_of_fused) note(id, step);
  for (const auto &[step, ids] : reads)
    for (const ValueId id : ids) last[id] = std::max(last[id], step);
  for (const auto &[id, step] : last)
    if (wanted.count(id) == 0) steps[step].release.push_back(id);
}

/// Results may be float64 so far, to hold integers exactly; -0 becomes 0.
void finish_integers(const Graph &graph, const std::vector<ValueId> &wanted, std::vector<Step> &steps) {
  for (const ValueId id : wanted) {
    if (graph.value(id).dtype != DType::f32) continue;
    steps.push_back({"output '" + graph.value(id).name + "'",
                     [id](Frame &frame) {
                       at::Tensor &value = frame.values[id];
                       value = value.to(at::kFloat);
                       if (!at::GradMode::is_enabled()) value = at::add(value, 0.0);
                     },
                     {}});
  }
}

}  // namespace

Program::Program(const Graph &graph, const std::vector<ValueId> &wanted, bool on_cpu) {
  Lowering lowering(graph, wanted, on_cpu);
  std::vector<NodeId> node_of_step;
  std::map<NodeId, std::size_t> step_of_fused;
  for (const NodeId id : graph.topological()) {
    const Node &node = graph.node(id);
    const bool used = std::any_of(node.outputs.begin(), node.outputs.end(),
                                  [&](ValueId output) { return lowering.live().count(output) != 0; });
    if (!used || lowering.skipped(id)) continue;
    if (lowering.fused(id)) {
      step_of_fused[id] = lowering.steps.size() - 1;
      continue;
    }
    if (const QuantizedLayer *layer = lowering.quantized ? lowering.quantized->layer_at(id) : nullptr) {
      lower_quantized_layer(lowering, *layer);
    } else {
      find_lowering(graph, node)(lowering, node);
    }
    node_of_step.resize(lowering.steps.size(), id);
  }
  // Fused nodes come right after the steps that compute them in this walk or later; their values are written by then.
  plan_releases(graph, {wanted.begin(), wanted.end()}, node_of_step, step_of_fused, lowering.reads, lowering.steps);

  if (lowering.quantized) finish_integers(graph, wanted, lowering.steps);
  for (const ValueId id : wanted) {
    const Slot slot = lowering.slot(id);
    if (slot.merged)
      lowering.steps.push_back({"output '" + graph.value(id).name + "'",
                                [slot](Frame &frame) { frame.values[slot.id] = slot.logical(frame); },
                                {}});
  }
  for (const ValueId id : graph.inputs())
    if (lowering.live().count(id) != 0) inputs_.push_back(id);
  for (const ValueId id : lowering.live()) {
    const Value &value = graph.value(id);
    slots_ = std::max<std::size_t>(slots_, id + 1);
    if (value.kind == ValueKind::constant) constants_.push_back(id);
    if (value.kind == ValueKind::parameter) parameters_.push_back(id);
  }
  check_start_values(graph, parameters_);
  const std::set<ValueId> scales(lowering.learned_scales.begin(), lowering.learned_scales.end());
  std::stable_partition(parameters_.begin(), parameters_.end(), [&](ValueId id) { return scales.count(id) == 0; });
  learned_scales_ = scales.size();
  quantized_ = lowering.quantized.has_value();
  fits_scales_ = lowering.fits_scales;
  // Slots of results that nothing needs (a second output of a node) exist as well.
  for (const ValueId id : graph.values()) slots_ = std::max<std::size_t>(slots_, id + 1);
  steps_ = std::move(lowering.steps);
  statistics_ = std::move(lowering.statistics);
  normalized_positions_ = std::move(lowering.normalized_positions);
}

void Program::run(Frame &frame, std::string *failed_at) const {
  for (const Step &step : steps_) {
    try {
      step.run(frame);
    } catch (...) {
      if (failed_at != nullptr) *failed_at = step.where;
      throw;
    }
    for (const ValueId id : step.release) frame.values[id] = at::Tensor();
  }
}

bool Program::normalizes_single_values(int64_t batch) const {
  return std::any_of(normalized_positions_.begin(), normalized_positions_.end(),
                     [&](int64_t positions) { return batch * positions < 2; });
}

}  // namespace nac::fw::libtorch
