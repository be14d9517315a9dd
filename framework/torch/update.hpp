// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "engine/recipe.hpp"

namespace nac::fw::libtorch {

/// One optimizer step over flat arrays of `count` floats in one pass over memory. No LibTorch in here.
struct FlatArrays {
  float *parameter = nullptr;
  const float *gradient = nullptr;
  float *first = nullptr;   ///< Adam: mean of gradients; SGD and RMSprop: momentum
  float *second = nullptr;  ///< Adam and RMSprop: mean of squares
  std::size_t count = 0;
};

/// `step` counts from 1. Arithmetic and defaults are those of torch.optim (betas 0.9 and 0.999, alpha 0.99, eps 1e-8,
/// no dampening, no Nesterov): Adam (Kingma and Ba 2015) and SGD and RMSprop add weight_decay * parameter to the
/// gradient, AdamW (Loshchilov and Hutter 2019) shrinks the parameter itself. gradient_scale multiplies the gradient
/// first (clipping).
void update(const Recipe &recipe, const FlatArrays &arrays, double rate, long step, float gradient_scale);

}  // namespace nac::fw::libtorch
