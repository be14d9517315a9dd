// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fixed/training/quantized_graph.hpp"
#include "torch/program.hpp"

namespace nac::fw::libtorch {

/// Where a value lies in a frame and in which form, see Program.
struct Slot {
  ValueId id = 0;
  Shape shape;          ///< logical
  bool merged = false;  ///< stored as [all leading dimensions, last dimension]

  /// The tensor in its logical shape: a view, never a copy.
  at::Tensor logical(const Frame &frame) const;
  /// The tensor as [rows, last dimension]; copies only what a transposition left strided.
  at::Tensor rows(const Frame &frame) const;
};

/// What an operator's lowering sees and decides: one node at a time, in topological order.
class Lowering {
 public:
  Lowering(const Graph &graph, const std::vector<ValueId> &wanted, bool on_cpu);

  const Graph &graph;
  const bool on_cpu;
  std::vector<Step> steps;
  std::vector<ValueId> statistics;
  std::vector<int64_t> normalized_positions;
  std::vector<ValueId> learned_scales;      ///< parameters that PowerOfTwo reads
  std::optional<QuantizedGraph> quantized;  ///< of a graph with quantizers
  bool fits_scales = false;                 ///< some of `statistics` are scales that are refitted
  /// Values that a step reads besides the inputs of its node, by step.
  std::map<std::size_t, std::vector<ValueId>> reads;

  const std::set<ValueId> &live() const { return live_; }
  Slot slot(ValueId id) const;
  /// The only live user of a value that is not wanted itself; 0 if there is none or are several.
  NodeId sole_user(ValueId id) const;
  /// A result nobody else reads and whose producer does not need it for its gradient: an activation may overwrite it.
  bool may_overwrite(ValueId id, const Node &user) const;
  void mark_overwritable(ValueId id) { overwritable_.insert(id); }
  void mark_merged(ValueId id) { merged_.insert(id); }
  /// This later node is already computed by the current step.
  void mark_fused(NodeId id) { fused_.insert(id); }
  bool fused(NodeId id) const { return fused_.count(id) != 0; }
  /// A part of a quantized layer, which is computed where it ends.
  bool skipped(NodeId id) const { return skipped_.count(id) != 0; }
  /// The next step reads these values too.
  void read_also(const std::vector<ValueId> &ids);
  void read_also(const GridPlan &grid);
  void emit(const Node &node, Action action);
  /// Values of a constant operand of int64 (shapes, axes); throws Error for anything else.
  std::vector<int64_t> integers_of(ValueId id, const Node &node) const;

 private:
  std::set<ValueId> live_, wanted_, merged_, overwritable_;
  std::map<ValueId, std::vector<NodeId>> users_;
  std::set<NodeId> fused_, skipped_;

  void skip_quantized_weights();
};

/// Name of a node in messages: operator and first result.
std::string title(const Graph &graph, const Node &node);

/// Attributes, with ONNX's default where a graph leaves one out.
int64_t integer_or(const Node &node, const char *name, int64_t otherwise);
float number_or(const Node &node, const char *name, float otherwise);
std::string text_or(const Node &node, const char *name, const std::string &otherwise);
std::vector<int64_t> integers_or(const Node &node, const char *name, std::vector<int64_t> otherwise);
/// Counts a negative axis from the end.
int64_t axis_of(int64_t axis, std::size_t rank);

using LowerFunction = void (*)(Lowering &, const Node &);
using LowerTable = std::map<std::string, LowerFunction>;
/// One table per file lower_*.cpp.
const LowerTable &elementwise_operators();
const LowerTable &linear_operators();
const LowerTable &convolution_operators();
const LowerTable &normalization_operators();
const LowerTable &shape_operators();
const LowerTable &reduction_operators();
void lower_quant(Lowering &l, const Node &node);
void lower_power_of_two(Lowering &l, const Node &node);
void lower_quantized_layer(Lowering &l, const QuantizedLayer &layer);
/// Softmax, Sigmoid, Tanh or Gelu of integers, which is a table; false: it reads no integers.
bool lower_table(Lowering &l, const Node &node);

}  // namespace nac::fw::libtorch
