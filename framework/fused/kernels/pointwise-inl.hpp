// SPDX-License-Identifier: Apache-2.0
// Loops over blocks of lanes, and what the passes over one value are made of, for every target.
#if defined(NAC_FUSED_POINTWISE_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef NAC_FUSED_POINTWISE_INL
#undef NAC_FUSED_POINTWISE_INL
#else
#define NAC_FUSED_POINTWISE_INL
#endif

#include <cstddef>

#include "fused/kernels/activation-inl.hpp"
#include "fused/kernels/pointwise.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// At most half of kWidthStep, so that two or four of them divide every row.
using Floats = hn::CappedTag<float, kWidthStep / 2>;
using FloatVector = hn::Vec<Floats>;
inline constexpr bool kFourVectors = 4 * hn::MaxLanes(Floats()) <= kWidthStep;

/// y = op(x) over `count` floats, a multiple of kWidthStep.
template <class Op>
HWY_INLINE void map_lanes(const float *x, float *y, std::size_t count, const Op &op) {
  const Floats d;
  const std::size_t n = hn::Lanes(d);
  for (std::size_t i = 0; i < count; i += (kFourVectors ? 4 : 2) * n) {
    const auto y0 = op(d, hn::Load(d, x + i)), y1 = op(d, hn::Load(d, x + i + n));
    if constexpr (kFourVectors) {
      const auto y2 = op(d, hn::Load(d, x + i + 2 * n)), y3 = op(d, hn::Load(d, x + i + 3 * n));
      hn::Store(y2, d, y + i + 2 * n);
      hn::Store(y3, d, y + i + 3 * n);
    }
    hn::Store(y0, d, y + i);
    hn::Store(y1, d, y + i + n);
  }
}

/// z = op(x, y) likewise; returns the sum of z.
template <class Op>
HWY_INLINE float zip_lanes(const float *x, const float *y, float *z, std::size_t count, const Op &op) {
  const Floats d;
  const std::size_t n = hn::Lanes(d);
  auto s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
  for (std::size_t i = 0; i < count; i += (kFourVectors ? 4 : 2) * n) {
    const auto z0 = op(d, hn::Load(d, x + i), hn::Load(d, y + i));
    const auto z1 = op(d, hn::Load(d, x + i + n), hn::Load(d, y + i + n));
    if constexpr (kFourVectors) {
      const auto z2 = op(d, hn::Load(d, x + i + 2 * n), hn::Load(d, y + i + 2 * n));
      const auto z3 = op(d, hn::Load(d, x + i + 3 * n), hn::Load(d, y + i + 3 * n));
      hn::Store(z2, d, z + i + 2 * n);
      hn::Store(z3, d, z + i + 3 * n);
      s2 = hn::Add(s2, z2);
      s3 = hn::Add(s3, z3);
    }
    hn::Store(z0, d, z + i);
    hn::Store(z1, d, z + i + n);
    s0 = hn::Add(s0, z0);
    s1 = hn::Add(s1, z1);
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3))));
}

/// v of Pointwise, the same bits in every pass.
template <bool affine, class D, class V>
HWY_INLINE V affine_of(D d, V x, float scale, float shift) {
  if constexpr (affine) return hn::MulAdd(x, hn::Set(d, scale), hn::Set(d, shift));
  return x;
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
