// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <vector>

#include "fixed/layers.hpp"
#include "fixed/quantizer.hpp"

namespace nac::fw {

/// Sums of integers stay below this in float32.
inline constexpr double kSingleLimit = 1 << 24;
/// Whether a step of this size and the integers up to 2^24 times it are normal numbers in float32.
inline bool fits_single(double step) { return step >= 0x1p-120 && step <= 0x1p100; }
/// Whether float32 holds every integer of the type exactly.
inline bool fits_single(const QuantType &type) {
  return std::max(type.highest(), -type.lowest()) <= static_cast<int64_t>(kSingleLimit);
}

/// Where values with quantizers before them lie on a grid: the scales that make it, by the value that holds each, and
/// the shift of each. Empty: the value is on none, or not known to be.
struct GridPlan {
  struct Term {
    ValueId scale = 0;
    int shift = 0;
  };
  std::vector<Term> terms;
  double largest = 0;  ///< see Grid

  bool known() const { return !terms.empty(); }
  /// f of the step 2^-f, from f of each scale: `fraction_of(ValueId)`.
  template <class F>
  int fraction(F &&fraction_of) const {
    int finest = std::numeric_limits<int>::min();
    for (const Term &term : terms) finest = std::max(finest, fraction_of(term.scale) + term.shift);
    return finest;
  }
};

/// What docs/quantized-graphs.md says of a graph that has quantizers.
class QuantizedGraph {
 public:
  /// Throws Error for layers that cannot be quantized.
  explicit QuantizedGraph(const Graph &graph);
  static bool has_quantizers(const Graph &graph);

  /// The layer that ends with this node; nullptr if none does.
  const QuantizedLayer *layer_at(NodeId last) const;
  std::vector<const QuantizedLayer *> layers() const;
  /// This node is computed where its layer ends.
  bool inside_layer(NodeId id) const { return inside_.count(id) != 0; }
  bool is_activation(ValueId id) const { return trace_.is_activation(id); }
  /// Throws Error saying what keeps the value from being on a grid.
  GridPlan require_grid(ValueId id) const;
  GridPlan grid(ValueId id) const;
  /// The one Quant whose integers a value consists of, changed by exact operators only; 0 if there is no such.
  NodeId sole_quantizer(ValueId id) const;

 private:
  GridPlan plan_of(const Grid &grid) const;
  Trace trace_;
  std::map<NodeId, QuantizedLayer> layers_;
  std::set<NodeId> inside_;
};

}  // namespace nac::fw
