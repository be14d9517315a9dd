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

/// exp(v) of v <= 0, to about 1.2e-7 and 1.5e-8 * |v| of itself; 0 below -88, NaN of NaN. 2^f is 1 + f * P(f) with the
/// P of degree 4 whose largest relative error for |f| <= 1/2 is least, 9.2e-8.
HWY_INLINE FloatVector exponential_below(FloatVector v) {
  const Floats d;
  const hn::RebindToUnsigned<Floats> bits;
  constexpr float kPerBit = 1.44269504F, kLeast = -88.029692F;  // 1 / log(2) and -127 * log(2)
  // Added to a number, it leaves the nearest integer plus the exponent's bias in the lowest bits.
  const FloatVector shift = hn::Set(d, 12582912.0F + 127), by = hn::Set(d, kPerBit);
  v = at_least(hn::Set(d, kLeast), v);
  const FloatVector shifted = hn::MulAdd(v, by, shift);
  const FloatVector f = hn::MulSub(v, by, hn::Sub(shifted, shift));
  const FloatVector power = hn::BitCast(d, hn::ShiftLeft<23>(hn::BitCast(bits, shifted)));
  FloatVector p = hn::MulAdd(hn::Set(d, 1.326472731e-03F), f, hn::Set(d, 9.671512991e-03F));
  p = hn::MulAdd(p, f, hn::Set(d, 5.550733581e-02F));
  p = hn::MulAdd(p, f, hn::Set(d, 2.402224243e-01F));
  p = hn::MulAdd(p, f, hn::Set(d, 6.931470037e-01F));
  return hn::Mul(hn::MulAdd(p, f, hn::Set(d, 1.0F)), power);
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
