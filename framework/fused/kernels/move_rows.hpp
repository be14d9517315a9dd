// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "fused/kernels/lanes.hpp"

namespace nac::fw::fused {

/// to[i] = from[map[i]], or 0 where map[i] < 0: Transpose, Concat, padding.
void gather_rows(const float *from, const int *map, int rows, float *to, int width);
/// to[map[i]] += from[i] where map[i] >= 0: the gradients of these.
void scatter_rows(const float *from, const int *map, int rows, float *to, int width);
/// to += from; to = value.
void add_rows(const float *from, int rows, float *to, int width);
/// to += from, of any number of floats anywhere.
void add_floats(const float *from, std::size_t count, float *to);
void fill_rows(float value, int rows, float *to, int width);

}  // namespace nac::fw::fused
