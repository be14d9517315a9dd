// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "fused/kernels/lanes.hpp"
#include "fused/kernels/product_correlation.hpp"
#include "fused/kernels/product_gather.hpp"
#include "fused/kernels/product_shape.hpp"

namespace nac::fw::fused {

/// The kernels of one layer, for tiles of `width` samples. Immutable: any number of threads may use one.
/// Weights are [out][terms] row-major, as Conv holds them: terms = in / groups * kernel elements.
class Product {
 public:
  Product(const ProductShape &shape, int width);

  int terms() const { return terms_; }
  int positions() const { return positions_; }      ///< of the output
  int input_rows() const { return input_rows_; }    ///< in * input positions
  int output_rows() const { return output_rows_; }  ///< out * positions()
  std::size_t packed() const;                       ///< floats of the packed weights
  std::size_t scratch() const;  ///< floats of scratch that a call of this object may use; the caller's, per thread

  /// Brings weights into the order in which the kernels read them; once per step.
  void pack(const float *weights, float *packed) const;
  /// Tells of weights that are 0 in all steps (1: kept): where a block of them is, later calls do not compute with it,
  /// and it may get no gradient. Before packed() is asked for.
  void skip(const float *mask);

  /// y[o, p] = activation(bias[o] + sum over terms). bias may be null. Activations: none, relu, leaky_relu.
  void forward(const float *x, const float *packed, const float *bias, Activation activation, float slope, float *y,
               float *scratch) const;
  /// dx = the gradient of x, or is added to it.
  void input_gradient(const float *dy, const float *packed, float *dx, bool add, float *scratch) const;
  /// dweights[o][t] += sum over samples and positions of `tiles` tiles, the next of which lie x_stride and dy_stride
  /// floats further; dbias[o] likewise (may be null). dy is 0 in lanes that are no sample's.
  void weight_gradient(const float *x, std::ptrdiff_t x_stride, const float *dy, std::ptrdiff_t dy_stride, int tiles,
                       float *dweights, float *dbias, float *scratch) const;

 private:
  Product(const ProductShape &shape, const Window &window, int width);

  int terms_, positions_, input_rows_, output_rows_;
  Gather forward_, backward_;
  Correlation correlation_;
};

}  // namespace nac::fw::fused
