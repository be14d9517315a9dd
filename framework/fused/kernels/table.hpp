// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

#include "fused/kernels/softmax.hpp"

namespace nac::fw::fused {

/// A function of the integers from `lowest` on, in steps of 2^-fraction: one entry for each.
template <class T>
struct IntegerTable {
  const T *entries;
  std::size_t count;
  int fraction;
  float lowest;
};

/// y = the entry of x; the first or the last where x lies outside, and the first for NaN. `floats` is a multiple of
/// kWidthStep.
void look_up(const IntegerTable<float> &table, const float *x, float *y, std::size_t floats);

/// Softmax of integers: the table (lowest 0) tells what one contributes that is so many steps below the largest, from 0
/// to 2^15. The quotient of that and their sum, rounded to double and then to float.
void softmax_by_table(const SoftmaxRows &rows, const IntegerTable<int32_t> &table, const float *x, float *y, int width);

}  // namespace nac::fw::fused
