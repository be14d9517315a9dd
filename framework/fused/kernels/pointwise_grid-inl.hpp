// SPDX-License-Identifier: Apache-2.0
// Rounding of vectors to a grid, for every target. Bit for bit what quantize() of the fixed room gives, where
// rounds_in_floats() holds.
#if defined(NAC_FUSED_POINTWISE_GRID_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef NAC_FUSED_POINTWISE_GRID_INL
#undef NAC_FUSED_POINTWISE_GRID_INL
#else
#define NAC_FUSED_POINTWISE_GRID_INL
#endif

#include <hwy/highway.h>

#include "fused/kernels/clamp-inl.hpp"
#include "fused/kernels/pointwise_grid.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Whether the target rounds a float to an integer in one instruction.
inline constexpr bool kRoundsDirectly = (HWY_TARGET & (HWY_SSSE3 | HWY_EMU128 | HWY_SCALAR)) == 0;

/// Rounding by adding a large number, and a correction where that went to the wrong side. No product here meets a sum,
/// so that nothing depends on whether the compiler contracts them.
template <Rounding mode, class D, class V>
HWY_INLINE V rounded_by_magic(D d, V x, const GridFloats &grid) {
  constexpr bool directed =
      mode == Rounding::trn || mode == Rounding::ceil || mode == Rounding::trn_zero || mode == Rounding::away;
  const V zero = hn::Zero(d), one = hn::Set(d, 1.0F), half = hn::Set(d, 0.5F), magic = hn::Set(d, 12582912.0F);
  // Only a directed mode can tell a subnormal number, which counts as 0, from 0.
  if constexpr (directed) x = hn::IfThenZeroElse(hn::Lt(hn::Abs(x), hn::Set(d, 1.17549435e-38F)), x);
  V u = hn::Mul(x, hn::Set(d, grid.inverse));
  u = at_most(hn::Set(d, grid.highest + 1), at_least(hn::Set(d, grid.lowest - 1), u));
  const V near = hn::Sub(hn::Add(u, magic), magic);  // half to even
  if constexpr (mode == Rounding::rnd_conv) return near;
  if constexpr (directed) {
    // Compared in units of x: where u underflows to 0, x still tells on which side of the integer it is.
    const V at = hn::Mul(near, hn::Set(d, grid.scale));
    const V floor = hn::Sub(near, hn::IfThenElseZero(hn::Gt(at, x), one));
    const V ceil = hn::Add(near, hn::IfThenElseZero(hn::Lt(at, x), one));
    if constexpr (mode == Rounding::trn) return floor;
    if constexpr (mode == Rounding::ceil) return ceil;
    if constexpr (mode == Rounding::trn_zero) return hn::IfThenElse(hn::Gt(x, zero), floor, ceil);
    return hn::IfThenElse(hn::Gt(x, zero), ceil, floor);
  } else {
    const V rest = hn::Sub(u, near);
    const V up = hn::Add(near, hn::IfThenElseZero(hn::Eq(rest, half), one));
    const V down = hn::Sub(near, hn::IfThenElseZero(hn::Eq(rest, hn::Neg(half)), one));
    if constexpr (mode == Rounding::rnd) return up;
    if constexpr (mode == Rounding::rnd_min_inf) return down;
    if constexpr (mode == Rounding::rnd_inf) return hn::IfThenElse(hn::Gt(u, zero), up, down);
    return hn::IfThenElse(hn::Gt(u, zero), down, up);
  }
}

/// The integer that x rounds to in steps of the grid; what lies outside the type may become another number outside.
template <Rounding mode, class D, class V>
HWY_INLINE V rounded(D d, V x, const GridFloats &grid) {
  if constexpr (kRoundsDirectly && mode == Rounding::rnd_conv)
    return hn::Round(hn::Mul(x, hn::Set(d, grid.inverse)));
  else if constexpr (kRoundsDirectly && mode == Rounding::rnd) {
    // floor(u + 1/2) loses digits where u is just below 1/2; halves of an integer do not.
    const V half = hn::Set(d, 0.5F);
    return hn::Floor(hn::MulAdd(hn::Floor(hn::Mul(x, hn::Set(d, 2 * grid.inverse))), half, half));
  } else {
    return rounded_by_magic<mode>(d, x, grid);
  }
}

/// n or the end of the type that is nearest to it; NaN stays.
template <class D, class V>
HWY_INLINE V clamped(D d, V n, const GridFloats &grid) {
  return at_most(hn::Set(d, grid.highest), at_least(hn::Set(d, grid.lowest), n));
}

/// x on the grid; 0 is never -0, NaN stays.
template <Rounding mode, class D, class V>
HWY_INLINE V on_grid(D d, V x, const GridFloats &grid) {
  const V n = clamped(d, rounded<mode>(d, x, grid), grid);
  return hn::MulAdd(n, hn::Set(d, grid.scale), hn::Zero(d));  // + 0: no -0
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
