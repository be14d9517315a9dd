// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/planned_engine.hpp"
#include "fixed/training/quantized_graph.hpp"
#include "fused/kernels/product.hpp"
#include "fused/ops/exact_op.hpp"
#include "fused/ops/pointwise_op.hpp"
#include "fused/plan/plan.hpp"

namespace nac::fw::fused {

/// A graph has a node that this engine has no kernel for.
class Unplanned : public Error {
 public:
  explicit Unplanned(Lack lack)
      : Error(lack.what + (lack.node.empty() ? "" : ", node " + lack.node), NAC_UNSUPPORTED), lack_(std::move(lack)) {}
  const Lack &lack() const { return lack_; }

 private:
  Lack lack_;
};

/// What reading one operator of a graph sees and decides; nodes come in topological order.
class Planner {
 public:
  Planner(const Graph &graph, const std::vector<ValueId> &wanted, Mode mode);

  const Graph &graph;
  const Mode mode;
  const std::optional<QuantizedGraph> quantized;  ///< of a graph with quantizers
  Plan plan;

  bool training() const { return mode != Mode::inference; }
  bool live(ValueId id) const { return live_.count(id) != 0; }
  /// The slot of a value of each sample; made on first use. The value of an input is loaded then.
  Slot slot(ValueId id);
  bool has_slot(ValueId id) const { return slots_.count(id) != 0; }
  /// One that is no value of the graph.
  Slot new_slot(int rows);
  /// Its rows in double precision, where float32 may not hold them in some step (ExactOp); else null.
  std::shared_ptr<WideValue> wide_value(ValueId id) const;
  std::shared_ptr<WideValue> make_wide(ValueId id);
  /// Both values are the same rows.
  void alias(ValueId id, ValueId of) { slots_[id] = slot(of); }
  int rows_of(ValueId id) const;
  /// Whether something trained lies behind the value.
  bool needs_gradient(ValueId id) const { return training() && needs_gradient_.count(id) != 0; }
  bool is_sample_value(ValueId id) const;  ///< float32 with a batch: an input or computed from one
  bool is_tensor(ValueId id) const;        ///< a float32 parameter or constant

  bool is_wanted(ValueId id) const { return wanted_.count(id) != 0; }
  /// Live readers of a value.
  const std::vector<NodeId> &users(ValueId id) const;
  /// The only live reader of a value that is not wanted itself; 0: none or several.
  NodeId sole_user(ValueId id) const;
  /// The same, if it is this operator.
  NodeId sole_user(ValueId id, const char *op) const;
  /// The node is read already.
  void mark_read(NodeId id) { read_.insert(id); }
  bool is_read(NodeId id) const { return read_.count(id) != 0; }

  template <class T, class... Args>
  T *emit(const Node &node, Args &&...args) {
    auto op = std::make_unique<T>(std::forward<Args>(args)...);
    T *raw = op.get();
    raw->where = title(node);
    plan.ops.push_back(std::move(op));
    return raw;
  }
  std::string title(const Node &node) const;
  /// Throws Unplanned.
  [[noreturn]] void refuse(const Node &node, const std::string &what) const;

 private:
  std::set<ValueId> live_, wanted_, needs_gradient_;
  std::map<ValueId, std::vector<NodeId>> users_;
  std::map<ValueId, Slot> slots_;
  std::map<Slot, std::shared_ptr<WideValue>> wide_;
  std::set<NodeId> read_;
};

bool is(const Node &node, const char *op);

/// The activation and the quantizer that follow a value and that nobody else reads before them; reads them.
struct Follower {
  Activation activation = Activation::none;
  float slope = 0;
  QuantizerStep quantizer;
  ValueId result = 0;  ///< the value itself when nothing follows

  bool present() const { return activation != Activation::none || quantizer.present(); }
};
Follower follow(Planner &p, ValueId id);
/// Whether `node` is an activation function; which one.
bool activation_of(const Planner &p, const Node &node, Activation *activation, float *slope);
QuantizerStep quantizer_of(Planner &p, const Node &quant);

/// Of a Conv, Gemm or MatMul with a matrix.
ProductShape product_shape(const Graph &graph, NodeId id);

using ReadFunction = void (*)(Planner &, NodeId);
using ReadTable = std::map<std::string, ReadFunction>;
/// One table per file read_*.cpp.
const ReadTable &linear_operators();
const ReadTable &elementwise_operators();
const ReadTable &normalization_operators();
const ReadTable &shape_operators();
const ReadTable &window_operators();
/// Quant of an activation.
void read_quant(Planner &p, NodeId id);
/// The quantized layer whose product this node is; false: it is of none.
bool read_quantized_layer(Planner &p, NodeId id);
/// The loss: a sum of constants times means over the batch.
void read_loss(Planner &p, ValueId loss, double weight);

}  // namespace nac::fw::fused
