// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/pointwise.hpp"
#include "fused/state.hpp"

namespace nac::fw::fused {

/// A quantizer of activations and its scale, which is a constant or PowerOfTwo(t) with a trained t.
class QuantizerStep {
 public:
  QuantizerStep() = default;
  /// `exponent`: t, or 0: the fraction of `grid` stays.
  QuantizerStep(const GridStep &grid, ValueId exponent) : grid_(grid), exponent_(exponent), present_(true) {}

  bool present() const { return present_; }
  bool learned() const { return exponent_ != 0; }
  void start(const State &state);
  /// Null when there is no quantizer.
  const GridStep *grid() const { return present_ ? &grid_ : nullptr; }
  /// Where Pointwise::backward adds the gradient of the scale; null when it is not wanted.
  double *scale_gradient() { return learned() ? &scale_gradient_ : nullptr; }
  void finish(State &state);

 private:
  GridStep grid_;
  ValueId exponent_ = 0;
  bool present_ = false;
  double scale_gradient_ = 0;
};

}  // namespace nac::fw::fused
