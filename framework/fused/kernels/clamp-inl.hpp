// SPDX-License-Identifier: Apache-2.0
// Bounds that let a NaN through, for every target.
#if defined(NAC_FUSED_CLAMP_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef NAC_FUSED_CLAMP_INL
#undef NAC_FUSED_CLAMP_INL
#else
#define NAC_FUSED_CLAMP_INL
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// max(v, bound) and min(v, bound); NaN where v is NaN. Instructions give the second operand, or NaN, where one is NaN;
/// Highway's emulated vectors would give the other one.
template <class V>
HWY_INLINE V at_least(V bound, V v) {
  if constexpr ((HWY_TARGET & (HWY_EMU128 | HWY_SCALAR)) != 0) return hn::IfThenElse(hn::Lt(v, bound), bound, v);
  return hn::Max(bound, v);
}

template <class V>
HWY_INLINE V at_most(V bound, V v) {
  if constexpr ((HWY_TARGET & (HWY_EMU128 | HWY_SCALAR)) != 0) return hn::IfThenElse(hn::Gt(v, bound), bound, v);
  return hn::Min(bound, v);
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
