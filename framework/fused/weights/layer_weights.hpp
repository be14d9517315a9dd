// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/state.hpp"

namespace nac::fw::fused {

/// What a product multiplies by in one step, made from the parameters before it, and the way of its gradient back to
/// them. Kernels know nothing of masks, quantizers and folded batch normalization: all of it is in here.
class LayerWeights {
 public:
  virtual ~LayerWeights() = default;
  /// Fills weights[out][terms] and, when has_bias(), bias[out]. `moving`: batch normalization uses batch statistics
  /// (docs/quantized-graphs.md, Training).
  virtual void prepare(const State &state, bool moving, float *weights, float *bias) = 0;
  virtual bool has_bias(bool moving) const = 0;
  /// Adds to the gradients of the parameters; of what prepare() made last. dbias is null without a bias.
  virtual void pull_back(const float *dweights, const float *dbias, State &state) = 0;
  /// Ones where a weight may differ from 0, the same in every step, as weights[out][terms]; null: everywhere.
  virtual const float *mask() const { return nullptr; }

  /// Whether float32 is good enough for the layer's sums with what prepare() made last. False: the layer is one of
  /// integers that float32 cannot add exactly; its result is WideProduct's, with these operands. The gradients take
  /// those of prepare() all the same.
  virtual bool exact() const { return true; }
  virtual const double *wide_weights() const { return nullptr; }  ///< [out][terms]; null where exact()
  virtual const double *wide_bias() const { return nullptr; }     ///< [out]; null where exact(), or without a bias
};

}  // namespace nac::fw::fused
