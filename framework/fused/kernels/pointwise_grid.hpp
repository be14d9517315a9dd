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
/// Where that holds.
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

/// Where the sums of a batch normalization's gradient go, by channel.
struct NormSums {
  const float *mean, *inverse;
  double *sum, *product;
};
/// Whether the next two can do it: what quantizers and the activations before them mostly are.
bool in_one_pass(const Pointwise &p);
/// Pointwise::backward() and Pointwise::backward_with_sums() in one pass that also gives d loss / d scale.
double backward_with_scale(const Pointwise &p, const float *x, const float *dy, float *dv, float *sum, int width);
double backward_with_sums_and_scale(const Pointwise &p, const float *x, const float *dy, float *dv,
                                    const NormSums &sums, int width);

}  // namespace nac::fw::fused
