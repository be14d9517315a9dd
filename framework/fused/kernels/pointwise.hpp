// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "fixed/quantizer.hpp"
#include "fused/kernels/lanes.hpp"

namespace nac::fw::fused {

/// Which channel a row belongs to: rows are [outer][channels][inner].
struct ChannelRows {
  int outer = 1, channels = 1, inner = 1;
  int rows() const { return outer * channels * inner; }
};

/// An activation quantizer as of this step: y = clamp(round(v * 2^fraction)) * 2^-fraction, exactly fixed/quantizer's.
struct GridStep {
  QuantType type;
  int fraction = 0;
};

/// What happens to one element, in this order, each part of it optional: v = x * scale[c] + shift[c] (batch
/// normalization; null: none), a = activation(v), y = quantizer(a) (null: none). x and y may be the same.
struct Pointwise {
  ChannelRows rows;
  const float *scale = nullptr, *shift = nullptr;
  Activation activation = Activation::none;
  float slope = 0;  ///< of leaky_relu
  const GridStep *grid = nullptr;

  void forward(const float *x, float *y, int width) const;
  /// dv = dy * quantizer'(a) * activation'(v), in place (dv == dy) or not; x as in forward. quantizer' is 1 where a
  /// rounds to an integer of the type without clamping and 0 elsewhere (docs/quantized-graphs.md). `sum`[c] += sum of
  /// dv, when not null. With a grid and `scale_gradient` not null, *scale_gradient += d loss / d scale, see
  /// fixed/training/quantizer_loops.hpp (scale = 2^-fraction).
  void backward(const float *x, const float *dy, float *dv, float *sum, double *scale_gradient, int width) const;
  /// The same with scale and shift, and in the same pass sum[c] += sum of dv,
  /// product[c] += sum of dv * (x - mean[c]) * inverse[c]: what the gradient of a batch normalization needs.
  void backward_with_sums(const float *x, const float *dy, float *dv, const float *mean, const float *inverse,
                          double *sum, double *product, double *scale_gradient, int width) const;
};

/// Derivative of an activation that a product applied itself, from its result: relu, leaky_relu (slope > 0), sigmoid,
/// tanh. dv may be dy. `sum`[c] += sum of dv, when not null.
void activation_gradient(const ChannelRows &rows, Activation activation, float slope, const float *y, const float *dy,
                         float *dv, float *sum, int width);
/// Whether activation_gradient() can do this one.
bool gradient_from_result(Activation activation, float slope);

}  // namespace nac::fw::fused
