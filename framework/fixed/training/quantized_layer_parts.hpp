// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fixed/layers.hpp"
#include "fixed/quantizer.hpp"
#include "fixed/training/fold_loops.hpp"

namespace nac::fw {

/// Weight, bias and normalization of a quantized layer: where they are and how they are rounded. Values of 0 are
/// absent.
struct QuantizedLayerParts {
  ValueId weight = 0, mask = 0, scale = 0;
  ValueId bias = 0;
  bool bias_is_integer = false;  ///< a Quant made it
  ValueId gamma = 0, beta = 0, mean = 0, variance = 0;
  double epsilon = 0;
  QuantType type;
  WeightLayout layout;
  std::vector<int64_t> channel_shape;  ///< of what broadcasts to the weight, one entry per channel
  bool refitted = false;               ///< its scale is set by the host, see fit_weight_scales()

  bool has_norm() const { return gamma != 0; }
  /// Bound of the layer's sums in steps of the accumulator, before the bias, for inputs up to `largest` steps.
  double bound(double largest) const;
};

/// Throws Error naming the node for what docs/quantized-graphs.md does not allow.
QuantizedLayerParts parts_of(const Graph &graph, const QuantizedLayer &layer);

/// A weight itself and its mask (0: none), which a Mul may hold in either order.
struct MaskedWeight {
  ValueId weight = 0, mask = 0;
  bool found = true;  ///< false: neither a value without a producer nor a Mul of one with a mask of its shape
};
MaskedWeight masked_weight(const Graph &graph, ValueId id);

}  // namespace nac::fw
