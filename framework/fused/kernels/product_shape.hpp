// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

namespace nac::fw::fused {

/// A layer that multiplies its input by weights at every position: Conv in any number of dimensions, and MatMul or Gemm
/// with a matrix, which has a kernel of one position.
struct ProductShape {
  int in = 0, out = 0;  ///< channels, of all groups
  int groups = 1;
  /// Per spatial dimension. extent empty: one position; others empty: 1, and 0 of pads.
  std::vector<int> extent = {}, kernel = {}, stride = {}, pad_begin = {}, pad_end = {}, dilation = {};
  bool channels_last = false;  ///< rows are [position][channel] (MatMul over a set) instead of [channel][position]
};

/// One product that an output position takes part in: kernel element `tap` of it lies on position `input`.
struct Contact {
  int output, tap, input;
};

/// What follows from a shape: every dimension flattened away.
struct Window {
  explicit Window(const ProductShape &shape);
  int inputs = 1, outputs = 1, taps = 1;  ///< positions, and kernel elements
  std::vector<Contact> contacts;          ///< by output, then tap; kernel elements on padding are in none
};

}  // namespace nac::fw::fused
