// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "fused/kernels/lanes.hpp"

namespace nac::fw::fused {

/// Softmax over `count` rows that lie `inner` rows apart: rows are [outer][count][inner].
struct SoftmaxRows {
  int outer = 1, count = 1, inner = 1;
};

void softmax(const SoftmaxRows &rows, bool log, const float *x, float *y, int width);
/// dx = the gradient from the result y, or is added to it.
void softmax_gradient(const SoftmaxRows &rows, bool log, const float *y, const float *dy, float *dx, bool add,
                      int width);

/// Softmax cross-entropy of scores [classes][positions] with labels ([positions][width] rows): returns the sum of the
/// losses of the first `samples` lanes; `dx` (may be null) = `weight` times its gradient, 0 behind them. A label that
/// is `ignored` counts nothing; one that is no class otherwise has the loss NaN. `loss` (may be null):
/// [positions][width], each loss, 0 behind the samples.
double cross_entropy(int classes, int positions, const float *scores, const int64_t *labels, int64_t ignored,
                     float weight, int samples, int width, float *dx, float *loss);

}  // namespace nac::fw::fused
