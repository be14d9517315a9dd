// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "fused/kernels/lanes.hpp"

namespace nac::fw::fused {

/// Reductions and pooling windows: result row i is made of the rows terms[begin[i]] to terms[begin[i + 1] - 1].
struct Windows {
  std::vector<int> begin, terms;
  int results() const { return static_cast<int>(begin.size()) - 1; }
};

/// y[i] = factor[i] * sum of its terms (factor null: 1). Sum, mean, average pooling.
void sum_windows(const Windows &windows, const float *factor, const float *x, float *y, int width);
/// dx += the gradient; dx has the rows of x.
void sum_windows_gradient(const Windows &windows, const float *factor, const float *dy, float *dx, int width);

/// dx = the gradient, where every row of x is a term once: of means over whole dimensions.
void spread_windows(const Windows &windows, const float *factor, const float *dy, float *dx, int width);

/// The largest of its terms.
void max_windows(const Windows &windows, const float *x, float *y, int width);
/// dx += dy at the first term that is the largest (MaxPool), or in equal shares at all that are (`shared`: ReduceMax,
/// as PyTorch's amax). Without `add`, dx = that; every row of x must be a term once.
void max_windows_gradient(const Windows &windows, bool shared, bool add, const float *x, const float *y,
                          const float *dy, float *dx, int width);

}  // namespace nac::fw::fused
