// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "fixed/integer/step.hpp"
#include "fixed/integer_model.hpp"
#include "fixed/layers.hpp"

namespace nac::fw {

/// One integer of each sample: where it is, what its grid is and what it can be.
struct Cell {
  Ref at = kZero;
  int fraction = 0;
  int64_t lowest = 0, highest = 0;
};
/// A value of the graph without its batch.
struct Activation {
  Shape shape;  ///< of the graph, dimension 0 is -1
  bool wide = false;
  std::vector<Cell> cells;  ///< row-major
};

/// The steps of a graph, in order.
struct Plan {
  std::vector<std::unique_ptr<Step>> steps;
  std::map<ValueId, Activation> values;  ///< the outputs; with `keep_all` all activations
  std::vector<AccumulatorProof> proofs;
  std::size_t units = 0;  ///< of memory
};

/// Puts the plan together. `keep_all`: no memory is used twice and nothing is fused.
Plan plan_of(const Graph &graph, bool keep_all);

/// Gives places that are no longer read to later steps.
void share_memory(Plan &plan, const std::vector<Ref> &blocks);

__extension__ typedef __int128 Wide;
/// Throws Error when an integer needs more than 62 bits.
int64_t checked(Wide n, const Graph &graph, const Node &node);
int64_t magnitude(const Cell &cell);

/// One pass over the graph. Each member function plans the nodes of one kind.
class Planner {
 public:
  Planner(const Graph &graph, bool keep_all);
  Plan finish();

 private:
  void visit(NodeId id);
  void quant(NodeId id);
  void layer(const QuantizedLayer &layer);
  void product(const Node &n);
  void rectifier(const Node &n, NodeId id);
  void combine(const Node &n);
  void concat(const Node &n);
  void pool(const Node &n);
  void reduction(const Node &n);
  void table(const Node &n, const Node &quant);
  void softmax(const Node &n, const Node &quant);
  void transpose(const Node &n);

  /// `groups` of cells become sums or the largest; then 2^-shift.
  void reduce(const Node &n, const std::vector<std::vector<Cell>> &groups, bool wide, bool largest, int shift);
  const Activation &activation(ValueId id) const;
  /// With all cells on the finest grid of them.
  Activation aligned(const Activation &x, const Node &n);
  Activation widened(const Activation &x);
  std::vector<Ref> allocate(std::size_t count, bool wide);
  /// Places for cells that have a fraction and bounds.
  void place(Activation &result, const Node &n);
  void keep(ValueId id, Activation x);
  QuantType type_and_fraction(const Node &quant, int &fraction) const;
  [[noreturn]] void refuse(const Node &n, const std::string &what) const;
  void unary(std::unique_ptr<UnaryStep> step, const Activation &in, Activation &out, const Node &n);

  const Graph &graph_;
  const bool keep_all_;
  const Trace trace_;
  std::map<NodeId, QuantizedLayer> layers_;
  std::map<NodeId, bool> absorbed_;       ///< nodes that a layer has computed already
  std::map<ValueId, NodeId> tables_;      ///< functions whose quantizer computes them
  std::map<ValueId, NodeId> rectifiers_;  ///< that their quantizer computes
  std::map<ValueId, Activation> values_;
  std::vector<Ref> blocks_;  ///< where each block of memory starts
  Ref next_ = kFirstFree;
  Plan plan_;
};

}  // namespace nac::fw
