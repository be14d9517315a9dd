// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "fused/kernels/lanes.hpp"

namespace nac::fw::fused {

enum class Binary : uint8_t { add, sub, mul, div };

/// An operand of an elementwise operation of two, broadcast to the result.
struct Side {
  enum class Kind : uint8_t { rows, constant };
  Kind kind = Kind::rows;  ///< rows: `width` lanes each; constant: one float each, the same for every sample
  std::vector<int> row;    ///< per row of the result: which row, or which constant
};

/// y = a op b, rows of the result in order.
void binary(Binary op, const Side &a, const Side &b, const float *a_data, const float *b_data, float *y, int width);
/// Gradient of `side` (a of 0, b of 1): added to dside, which has rows of `width` lanes, or one float per constant.
/// dy is 0 behind the last sample. Where dy is 0 a division's gradient is 0, whatever the divisor.
void binary_gradient(Binary op, int side, const Side &a, const Side &b, const float *a_data, const float *b_data,
                     const float *dy, float *dside, int width);

}  // namespace nac::fw::fused
