// SPDX-License-Identifier: Apache-2.0
// Rounding of vectors of doubles to whole numbers, for every target.
#if defined(NAC_FUSED_WHOLE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef NAC_FUSED_WHOLE_INL
#undef NAC_FUSED_WHOLE_INL
#else
#define NAC_FUSED_WHOLE_INL
#endif

#include <hwy/highway.h>

#include "fixed/quantizer.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// u rounded to an integer in [lowest, highest]; 0 is never -0, NaN stays. rounded() of fixed/training/rounding.hpp,
/// lane by lane, of numbers that are no product of subnormal ones.
template <Rounding mode, class D, class V = hn::Vec<D>>
HWY_INLINE V whole(D d, V u, double least, double most) {
  const auto constant = [&](double c) HWY_ATTR { return hn::Set(d, c); };
  const auto one_if = [&](auto mask) HWY_ATTR { return hn::IfThenElseZero(mask, constant(1)); };
  const V zero = hn::Zero(d), half = constant(0.5), magic = constant(3.0 * (1.0 / 0x1p-52) / 2);
  const V below = constant(least - 1), above = constant(most + 1);
  u = hn::IfThenElse(hn::Lt(u, below), below, u);
  u = hn::IfThenElse(hn::Gt(u, above), above, u);
  const V near = hn::Sub(hn::Add(u, magic), magic), rest = hn::Sub(u, near);
  const auto up = [&]() HWY_ATTR { return hn::Add(near, one_if(hn::Eq(rest, half))); };
  const auto down = [&]() HWY_ATTR { return hn::Sub(near, one_if(hn::Eq(rest, hn::Neg(half)))); };
  const auto floor = [&]() HWY_ATTR { return hn::Sub(near, one_if(hn::Gt(near, u))); };
  const auto ceil = [&]() HWY_ATTR { return hn::Add(near, one_if(hn::Lt(near, u))); };
  const auto positive = hn::Gt(u, zero);
  V n = near;
  if constexpr (mode == Rounding::rnd) n = up();
  if constexpr (mode == Rounding::rnd_min_inf) n = down();
  if constexpr (mode == Rounding::rnd_inf) n = hn::IfThenElse(positive, up(), down());
  if constexpr (mode == Rounding::rnd_zero) n = hn::IfThenElse(positive, down(), up());
  if constexpr (mode == Rounding::trn) n = floor();
  if constexpr (mode == Rounding::ceil) n = ceil();
  if constexpr (mode == Rounding::trn_zero) n = hn::IfThenElse(positive, floor(), ceil());
  if constexpr (mode == Rounding::away) n = hn::IfThenElse(positive, ceil(), floor());
  const V lowest = constant(least), highest = constant(most);
  n = hn::IfThenElse(hn::Lt(n, lowest), lowest, n);
  n = hn::IfThenElse(hn::Gt(n, highest), highest, n);
  return hn::Add(n, zero);
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
