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
void binary_gradient(Binary op, int side, const Side &a, const Side &b, const float *a_data, const float *b_data,
                     const float *dy, float *dside, int width);

/// to[i] = from[map[i]], or to[map[i]] += from[i]: Transpose, Concat, padding, and their gradients.
void gather_rows(const float *from, const int *map, int rows, float *to, int width);
void scatter_rows(const float *from, const int *map, int rows, float *to, int width);
/// to += from; to = value.
void add_rows(const float *from, int rows, float *to, int width);
void fill_rows(float value, int rows, float *to, int width);

/// Samples order[0..samples) of `data` ([n][elements] row-major) into rows; the lanes behind are 0.
void load_samples(const float *data, int elements, const int64_t *order, int samples, float *rows, int width);
/// The same to [n][elements]: the first `samples` lanes, to consecutive rows of `data`.
void store_samples(const float *rows, int elements, int samples, float *data, int width);

}  // namespace nac::fw::fused
