// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/lanes.hpp"

namespace nac::fw::fused {

/// One operand of a product of two values of each sample: row of element (i, j) of batch entry b is
/// b * batch + i * row + j * column.
struct MatrixRows {
  int batch = 0, row = 0, column = 0;
};

/// y[b](m x n) = or += a[b](m x k) * b[b](k x n), of every sample on its own: attention. Gradients are the same kernel
/// with other strides.
void multiply(int batches, int m, int n, int k, const MatrixRows &a, const MatrixRows &b, const MatrixRows &y,
              const float *a_data, const float *b_data, float *y_data, bool add, int width);

}  // namespace nac::fw::fused
