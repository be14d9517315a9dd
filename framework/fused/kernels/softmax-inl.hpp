// SPDX-License-Identifier: Apache-2.0
// What softmax and its loss share, for every target.
#if defined(NAC_FUSED_SOFTMAX_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef NAC_FUSED_SOFTMAX_INL
#undef NAC_FUSED_SOFTMAX_INL
#else
#define NAC_FUSED_SOFTMAX_INL
#endif

#include <cstddef>

#include "fused/kernels/pointwise-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// log(v), v > 0; Highway's, which gives a number for NaN.
template <class D, class V>
HWY_INLINE V logarithm(D d, V v) {
  return hn::IfThenElse(hn::Eq(v, v), hn::Log(d, v), v);
}

/// The largest of `count` rows that lie `step` floats apart.
HWY_INLINE FloatVector largest_of(Floats d, const float *x, int count, std::size_t step) {
  auto largest = hn::Load(d, x);
  for (int k = 1; k < count; ++k) largest = hn::Max(largest, hn::Load(d, x + k * step));
  return largest;
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
