// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <vector>

#include "fused/kernels/pointwise.hpp"
#include "fused/kernels/product.hpp"

namespace nac::fw::fused {

/// What follows a wide product before its result becomes float: activation (none, relu or leaky_relu), then a quantizer
/// (null: none), both in double precision, so that no bit of an integer is lost.
struct WideResult {
  Activation activation = Activation::none;
  float slope = 0;  ///< of leaky_relu
  const GridStep *grid = nullptr;
  double *wide = nullptr;  ///< not null: the activation's result goes here too, as double, in the rows of the result
};

/// The forward pass of a product in double precision: exact for integers on a grid whose sums stay below 2^53 steps.
/// Immutable: any number of threads may use one.
class WideProduct {
 public:
  WideProduct(const ProductShape &shape, int width);

  int output_rows() const { return shape_.out * positions_; }
  /// Doubles of the packed weights.
  std::size_t packed() const;
  /// From [out][terms], once per step.
  void pack(const double *weights, double *packed) const;
  /// y = quantizer(activation(z)), z = bias + the sums; z (null: not wanted) rounded to float, for gradients. bias may
  /// be null. y and z have the rows of Product's result.
  void forward(const float *x, const double *packed, const double *bias, const WideResult &result, float *z,
               float *y) const;

 private:
  /// One kernel element at one output position, and the input position that it reads.
  struct Tap {
    int element, position;
  };
  ProductShape shape_;
  int width_, elements_ = 1, input_positions_ = 1, positions_ = 1;
  std::vector<int> first_;  ///< tap, by output position, and one more
  std::vector<Tap> taps_;   ///< without those in the padding
};

}  // namespace nac::fw::fused
