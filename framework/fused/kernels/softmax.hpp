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

/// A label of lanes that count nothing: those behind the samples.
inline constexpr int32_t kUnlabeled = -1;

/// Softmax cross-entropy of scores [classes][positions] with labels ([positions][width] rows): returns the sum of the
/// losses; `dx` (may be null) = `weight` times its gradient. Lanes that are kUnlabeled have no loss and the gradient 0,
/// those with any other label that is no class have the loss NaN. `loss` (may be null): [positions][width], each loss.
double cross_entropy(int classes, int positions, const float *scores, const int32_t *labels, float weight, int width,
                     float *dx, float *loss);

}  // namespace nac::fw::fused
