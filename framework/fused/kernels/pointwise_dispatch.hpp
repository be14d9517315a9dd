// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <utility>

#include "fused/kernels/pointwise.hpp"

namespace nac::fw::fused {

/// Calls f.template operator()<kind>() with the activation as a template argument.
template <class F>
auto with_activation(Activation kind, F &&f) {
  switch (kind) {
    case Activation::none: break;
    case Activation::relu: return f.template operator()<Activation::relu>();
    case Activation::leaky_relu: return f.template operator()<Activation::leaky_relu>();
    case Activation::sigmoid: return f.template operator()<Activation::sigmoid>();
    case Activation::tanh: return f.template operator()<Activation::tanh>();
    case Activation::gelu: return f.template operator()<Activation::gelu>();
  }
  return f.template operator()<Activation::none>();
}

/// The same for a rounding mode.
template <class F>
auto with_rounding(Rounding mode, F &&f) {
  switch (mode) {
    case Rounding::trn: break;
    case Rounding::rnd: return f.template operator()<Rounding::rnd>();
    case Rounding::rnd_conv: return f.template operator()<Rounding::rnd_conv>();
    case Rounding::rnd_inf: return f.template operator()<Rounding::rnd_inf>();
    case Rounding::rnd_zero: return f.template operator()<Rounding::rnd_zero>();
    case Rounding::trn_zero: return f.template operator()<Rounding::trn_zero>();
    case Rounding::rnd_min_inf: return f.template operator()<Rounding::rnd_min_inf>();
    case Rounding::ceil: return f.template operator()<Rounding::ceil>();
    case Rounding::away: return f.template operator()<Rounding::away>();
  }
  return f.template operator()<Rounding::trn>();
}

}  // namespace nac::fw::fused
