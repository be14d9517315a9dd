// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/pointwise.hpp"

namespace nac::fw::fused {

/// Count, mean and sum of squared deviations of one channel, combined over tiles as Chan, Golub and LeVeque 1979 do, so
/// that no digits are lost to a large mean.
struct Moments {
  double count = 0, mean = 0, m2 = 0;
};

/// Adds the first `samples` lanes of a tile to moments[channels].
void add_moments(const ChannelRows &rows, const float *x, int width, int samples, Moments *moments);

/// sums[c] += (sum of dv, sum of dv * (x - mean[c]) * inverse[c]) over the lanes; dv is 0 behind the last sample.
void add_gradient_sums(const ChannelRows &rows, const float *x, const float *dv, const float *mean,
                       const float *inverse, int width, double *sum, double *product);

/// dx = a[c] * dv + b[c] * x + c[c] in the first `samples` lanes, 0 behind them; dx may be dv; added when `add`.
void apply_gradient(const ChannelRows &rows, const float *x, const float *dv, const float *a, const float *b,
                    const float *c, bool add, int width, int samples, float *dx);

}  // namespace nac::fw::fused
