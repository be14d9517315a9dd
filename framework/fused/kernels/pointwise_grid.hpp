// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "fused/kernels/pointwise.hpp"

namespace nac::fw::fused {

/// What vector code needs to round to a grid.
struct GridFloats {
  float scale = 1, inverse = 1;  ///< 2^-fraction, 2^fraction
  float lowest = 0, highest = 0;
};

/// Whether vectors of floats can round to it exactly: it saturates, every integer of the type and the next on both
/// sides is a float with two bits to spare, and neither scale nor inverse is near the ends of the range of floats.
bool rounds_in_floats(const GridStep &grid);
GridFloats grid_floats(const GridStep &grid);

/// The least and the greatest float that rounds to an integer of the type without clamping.
struct GridInside {
  float lowest, highest;
};
GridInside grid_inside(const GridStep &grid);

/// What vectors cannot do (it wraps, or is too wide): one by one, in place. NaN stays.
void quantize_one_by_one(const GridStep &grid, float *values, std::size_t count);
/// Sum of dy * (y - x) inside and dy * y outside, where y is x on the grid; in units of x.
double scale_sum_one_by_one(const GridStep &grid, const float *x, const float *dy, std::size_t count);

/// d loss / d scale of the grid of `p`, for Pointwise::backward().
double gradient_of_scale(const Pointwise &p, const float *x, const float *dy, int width);

}  // namespace nac::fw::fused
