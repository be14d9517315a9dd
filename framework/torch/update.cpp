// SPDX-License-Identifier: Apache-2.0
#include "torch/update.hpp"

#include <cmath>

namespace nac::fw::libtorch {
namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kAlpha = 0.99, kEpsilon = 1e-8;

void adam(const FlatArrays &a, double rate, double decay, bool decoupled, long step, float scale) {
  const double correction1 = 1 - std::pow(kBeta1, static_cast<double>(step));
  const double correction2 = 1 - std::pow(kBeta2, static_cast<double>(step));
  const auto step_size = static_cast<float>(rate / correction1);
  const auto root2 = static_cast<float>(std::sqrt(correction2));
  const auto keep = decoupled ? static_cast<float>(1 - rate * decay) : 1.0F;
  const auto coupled = decoupled ? 0.0F : static_cast<float>(decay);
  constexpr auto b1 = static_cast<float>(kBeta1), c1 = static_cast<float>(1 - kBeta1);
  constexpr auto b2 = static_cast<float>(kBeta2), c2 = static_cast<float>(1 - kBeta2);
  constexpr auto eps = static_cast<float>(kEpsilon);
  float *__restrict p = a.parameter, *__restrict m = a.first, *__restrict v = a.second;
  const float *__restrict gradient = a.gradient;
  for (std::size_t i = 0; i < a.count; ++i) {
    const float kept = p[i] * keep;
    const float g = gradient[i] * scale + coupled * p[i];
    m[i] = b1 * m[i] + c1 * g;
    v[i] = b2 * v[i] + c2 * g * g;
    p[i] = kept - step_size * (m[i] / (std::sqrt(v[i]) / root2 + eps));
  }
}

void sgd(const FlatArrays &a, double rate, double decay, double momentum, long step, float scale) {
  const auto lr = static_cast<float>(rate), wd = static_cast<float>(decay), mu = static_cast<float>(momentum);
  float *__restrict p = a.parameter, *__restrict m = a.first;
  const float *__restrict gradient = a.gradient;
  if (momentum == 0) {
    for (std::size_t i = 0; i < a.count; ++i) p[i] -= lr * (gradient[i] * scale + wd * p[i]);
    return;
  }
  const float old = step == 1 ? 0.0F : mu;  // the first step takes the gradient as it is
  for (std::size_t i = 0; i < a.count; ++i) {
    m[i] = old * m[i] + (gradient[i] * scale + wd * p[i]);
    p[i] -= lr * m[i];
  }
}

void rmsprop(const FlatArrays &a, double rate, double decay, double momentum, float scale) {
  const auto lr = static_cast<float>(rate), wd = static_cast<float>(decay), mu = static_cast<float>(momentum);
  constexpr auto keep = static_cast<float>(kAlpha), take = static_cast<float>(1 - kAlpha);
  constexpr auto eps = static_cast<float>(kEpsilon);
  float *__restrict p = a.parameter, *__restrict m = a.first, *__restrict v = a.second;
  const float *__restrict gradient = a.gradient;
  for (std::size_t i = 0; i < a.count; ++i) {
    const float g = gradient[i] * scale + wd * p[i];
    v[i] = keep * v[i] + take * g * g;
    m[i] = mu * m[i] + g / (std::sqrt(v[i]) + eps);
    p[i] -= lr * m[i];
  }
}

}  // namespace

void update(const Recipe &recipe, const FlatArrays &a, double rate, long step, float scale) {
  switch (recipe.optimizer) {
    case Optimizer::adam: return adam(a, rate, recipe.weight_decay, false, step, scale);
    case Optimizer::adamw: return adam(a, rate, recipe.weight_decay, true, step, scale);
    case Optimizer::sgd: return sgd(a, rate, recipe.weight_decay, recipe.momentum, step, scale);
    case Optimizer::rmsprop: return rmsprop(a, rate, recipe.weight_decay, recipe.momentum, scale);
  }
}

}  // namespace nac::fw::libtorch
