// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fused/kernels/lanes.hpp"

namespace nac::fw::fused {

/// A layer that multiplies its input by weights at every position: Conv in any number of dimensions, and MatMul or Gemm
/// with a matrix, which has a kernel of one position.
struct ProductShape {
  int in = 0, out = 0;  ///< channels, of all groups
  int groups = 1;
  std::vector<int> extent, kernel, stride, pad_begin, pad_end,
      dilation;                ///< per spatial dimension; empty: one position
  bool channels_last = false;  ///< rows are [position][channel] (MatMul over a set) instead of [channel][position]
};

/// The kernels of one layer, for tiles of `width` samples. Immutable: any number of threads may use one.
/// Weights are [out][terms] row-major, as Conv holds them: terms = in / groups * kernel elements.
class Product {
 public:
  Product(const ProductShape &shape, int width);

  int terms() const;
  int positions() const;        ///< of the output
  int input_rows() const;       ///< in * input positions
  int output_rows() const;      ///< out * positions()
  std::size_t packed() const;   ///< floats of the packed weights
  std::size_t scratch() const;  ///< floats of scratch that a call of this object may use; the caller's, per thread

  /// Brings weights into the order in which the kernels read them; once per step. `mask` (null: none) has ones where
  /// weights may differ from 0, the same in every step; see skip().
  void pack(const float *weights, float *packed) const;
  /// Weights that are 0 in all steps (1: kept): where whole rows of a block of them are, later calls do not compute
  /// with them. Before the first pack().
  void skip(const float *mask);

  /// y[o, p] = activation(bias[o] + sum over terms). bias may be null.
  void forward(const float *x, const float *packed, const float *bias, Activation activation, float slope, float *y,
               float *scratch) const;
  /// dx = the gradient of x, or is added to it.
  void input_gradient(const float *dy, const float *packed, float *dx, bool add, float *scratch) const;
  /// dweights[o][t] += sum over samples and positions of `tiles` tiles, the next of which lie x_stride and dy_stride
  /// floats further; dbias[o] likewise (may be null). dy is 0 in lanes that are no sample's.
  void weight_gradient(const float *x, std::ptrdiff_t x_stride, const float *dy, std::ptrdiff_t dy_stride, int tiles,
                       float *dweights, float *dbias, float *scratch) const;
};

}  // namespace nac::fw::fused
