// SPDX-License-Identifier: Apache-2.0
// Activation functions of vectors and their derivatives, for every target.
#if defined(NAC_FUSED_ACTIVATION_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef NAC_FUSED_ACTIVATION_INL
#undef NAC_FUSED_ACTIVATION_INL
#else
#define NAC_FUSED_ACTIVATION_INL
#endif

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include "fused/kernels/clamp-inl.hpp"
#include "fused/kernels/lanes.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// exp(-v^2 / 2) and the normal distribution function, P(Z <= v) = (1 + erf(v / sqrt(2))) / 2, to about 1e-7 of the
/// smaller of itself and its complement for |v| < 4. For x = |v| the complement is exp(-x^2 / 2) * t * P(s) with
/// t = 1 / (1 + 0.27 x), the form of Hastings 1955 (Abramowitz and Stegun 7.1.26), s = t brought to [-1, 1] from what
/// it is for x in [0, 14.5], and P the interpolant of degree 8 in the zeros of a Chebyshev polynomial, whose relative
/// error is below 3e-8. 0.27 is where that is least.
template <class D, class V>
HWY_INLINE V normal_cdf(D d, V v, V &bell) {
  constexpr double kStretch = 0.27, kLeast = 1 / (1 + kStretch * 14.5);
  const V one = hn::Set(d, 1.0F), x = hn::Abs(v);
  const V t = hn::Div(one, hn::MulAdd(x, hn::Set(d, static_cast<float>(kStretch)), one));
  const V s = hn::MulAdd(t, hn::Set(d, static_cast<float>(2 / (1 - kLeast))),
                         hn::Set(d, static_cast<float>(-2 * kLeast / (1 - kLeast) - 1)));
  const V s2 = hn::Mul(s, s), s4 = hn::Mul(s2, s2);
  const V p01 = hn::MulAdd(hn::Set(d, 1.600587916e-01F), s, hn::Set(d, 2.386140643e-01F));
  const V p23 = hn::MulAdd(hn::Set(d, 2.327140091e-02F), s, hn::Set(d, 7.584684186e-02F));
  const V p45 = hn::MulAdd(hn::Set(d, -6.473754645e-04F), s, hn::Set(d, 3.094513697e-03F));
  const V p67 = hn::MulAdd(hn::Set(d, 2.045548609e-05F), s, hn::Set(d, -2.771691075e-04F));
  const V low = hn::MulAdd(p23, s2, p01), high = hn::MulAdd(p67, s2, p45);
  const V p = hn::MulAdd(hn::MulAdd(hn::Set(d, 1.848824096e-05F), s4, high), s4, low);
  bell = hn::Exp(d, hn::Mul(hn::Mul(v, v), hn::Set(d, -0.5F)));
  const V tail = hn::Mul(hn::Mul(t, p), bell);
  return hn::IfThenElse(hn::Gt(v, hn::Zero(d)), hn::Sub(one, tail), tail);
}

/// exp(v), v < 104; Highway's, which gives 0 for NaN.
template <class D, class V>
HWY_INLINE V exponential(D d, V v) {
  return hn::IfThenElse(hn::Eq(v, v), hn::Exp(d, v), v);
}

/// 1 / (1 + exp(-v)).
template <class D, class V>
HWY_INLINE V sigmoid(D d, V v) {
  // exp(88) is a float yet; the result there is 6e-39.
  const V one = hn::Set(d, 1.0F), least = hn::Set(d, -88.0F);
  return hn::Div(one, hn::Add(one, exponential(d, hn::Neg(at_least(least, v)))));
}

/// activation(v); NaN stays.
template <Activation kind, class D, class V>
HWY_INLINE V activated(D d, V v, float slope) {
  if constexpr (kind == Activation::relu) return at_least(hn::Zero(d), v);
  if constexpr (kind == Activation::leaky_relu)
    return hn::IfThenElse(hn::Gt(v, hn::Zero(d)), v, hn::Mul(v, hn::Set(d, slope)));
  if constexpr (kind == Activation::sigmoid) return sigmoid(d, v);
  if constexpr (kind == Activation::tanh) return hn::Tanh(d, v);
  if constexpr (kind == Activation::gelu) {
    V bell = v;
    return hn::Mul(v, normal_cdf(d, v, bell));
  }
  return v;
}

/// dy * activation'(v) where a = activation(v); v is read by relu, leaky_relu and gelu only, a by sigmoid and tanh, so
/// that all but gelu can be had from the result (with a slope above 0).
template <Activation kind, class D, class V>
HWY_INLINE V through_activation(D d, V v, V a, V dy, float slope) {
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0F);
  if constexpr (kind == Activation::relu) return hn::IfThenElseZero(hn::Gt(v, zero), dy);
  if constexpr (kind == Activation::leaky_relu)
    return hn::IfThenElse(hn::Gt(v, zero), dy, hn::Mul(dy, hn::Set(d, slope)));
  if constexpr (kind == Activation::sigmoid) return hn::Mul(dy, hn::Mul(a, hn::Sub(one, a)));
  if constexpr (kind == Activation::tanh) return hn::Mul(dy, hn::NegMulAdd(a, a, one));
  if constexpr (kind == Activation::gelu) {
    V bell = v;
    const V cdf = normal_cdf(d, v, bell);
    constexpr float kHeight = 0.398942280401432678F;  // of the normal distribution's density: 1 / sqrt(2 pi)
    return hn::Mul(dy, hn::MulAdd(hn::Mul(v, bell), hn::Set(d, kHeight), cdf));
  }
  return dy;
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
