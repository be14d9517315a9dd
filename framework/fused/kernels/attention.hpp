// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "fused/kernels/matmul.hpp"

namespace nac::fw::fused {

/// y = softmax(q k) v of every sample and batch entry: q is queries x depth, k depth x keys, v keys x channels, and the
/// softmax is over keys. Scores are computed for a few queries at a time, so that they stay in the first-level cache.
struct AttentionShape {
  int batches = 1, queries = 0, keys = 0, depth = 0, channels = 0;
  MatrixRows q, k, v, y;
};

/// Rows of what the forward pass leaves for the gradient: weights, and the operands as kernels read them.
std::size_t attention_rows(const AttentionShape &shape);

/// `kept` may be null: no gradient will be asked for.
void attention(const AttentionShape &shape, const float *q, const float *k, const float *v, float *y, float *kept,
               int width);

/// The gradient of one operand: null if nobody wants it.
struct AttentionGradient {
  float *data;
  bool add;
};
/// Uses up what was kept. Those of each batch entry are written in the order dv, dq, dk, so that operands may be the
/// same rows.
void attention_gradient(const AttentionShape &shape, const float *y, const float *dy, float *kept,
                        const AttentionGradient &dq, const AttentionGradient &dk, const AttentionGradient &dv,
                        int width);

}  // namespace nac::fw::fused
