// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/quantizer_step.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nac::fw::fused {

void QuantizerStep::start(const State &state) {
  scale_gradient_ = 0;
  if (learned()) grid_.fraction = -static_cast<int>(std::clamp(std::ceil(state.value(exponent_)[0]), -126.0F, 126.0F));
}

/// d scale / d t = scale ln 2, where scale = 2^ceil(t) and the ceil counts as t (Jain et al. 2019).
void QuantizerStep::finish(State &state) {
  if (!learned()) return;
  float *gradient = state.gradient(exponent_);
  if (gradient != nullptr)
    gradient[0] += static_cast<float>(scale_gradient_ * std::ldexp(std::numbers::ln2, -grid_.fraction));
}

}  // namespace nac::fw::fused
