// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "engine/recipe.hpp"

namespace nac::fw::fused {

/// A flat piece of parameters with its gradient and moments; null pointers where the optimizer needs none.
struct FlatArrays {
  float *parameter = nullptr, *first = nullptr, *second = nullptr;
  const float *gradient = nullptr;
  std::size_t count = 0;
};

/// One step of PyTorch's Adam, AdamW, SGD (with momentum) or RMSprop, as torch/update.cpp computes it; `scale`
/// multiplies the gradient (clipping). `step` counts from 1.
void update(const Recipe &recipe, const FlatArrays &arrays, double rate, long step, float scale);
/// Sum of squares.
double squared_norm(const float *x, std::size_t count);

}  // namespace nac::fw::fused
