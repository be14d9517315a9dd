// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/targets.hpp"
// Highway compiles this file once for each target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/pointwise_scale.cpp"
#include <hwy/foreach_target.h>

#include <algorithm>
#include <cmath>

#include "fused/kernels/pointwise-inl.hpp"
#include "fused/kernels/pointwise_dispatch.hpp"
#include "fused/kernels/pointwise_grid-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {

/// Sum of dy * (y - a) inside and dy * y outside, over `count` floats, a multiple of kWidthStep.
struct ScaleSum {
  const GridStep &grid;
  const float *a, *dy;
  std::size_t count;
  template <Rounding mode>
  double operator()() const {
    const Floats d;
    const GridFloats floats = grid_floats(grid);
    const GridInside inside = grid_inside(grid);
    const auto lowest = hn::Set(d, inside.lowest), highest = hn::Set(d, inside.highest);
    const auto term = [&](std::size_t i) HWY_ATTR {
      const auto v = hn::Load(d, a + i);
      const auto taken = hn::IfThenElseZero(hn::And(hn::Ge(v, lowest), hn::Le(v, highest)), v);
      return hn::Mul(hn::Load(d, dy + i), hn::Sub(on_grid<mode>(d, v, floats), taken));
    };
    const std::size_t n = hn::Lanes(d);
    auto even = hn::Zero(d), odd = even;
    for (std::size_t i = 0; i < count; i += 2 * n) {
      even = hn::Add(even, term(i));
      odd = hn::Add(odd, term(i + n));
    }
    return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd))));
  }
};

}  // namespace

double scale_sum(const GridStep &grid, const float *a, const float *dy, std::size_t count) {
  return with_rounding(grid.type.rounding, ScaleSum{grid, a, dy, count});
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(scale_sum);

double gradient_of_scale(const Pointwise &p, const float *x, const float *dy, int width) {
  constexpr std::size_t kBlock = 2048;  // floats, summed in single precision
  alignas(kAlignment) float values[kBlock];
  const bool floats = rounds_in_floats(*p.grid), as_it_is = p.scale == nullptr && p.activation == Activation::none;
  Pointwise before = p;
  before.grid = nullptr;
  before.rows = {1, 1, 1};
  const std::size_t all = static_cast<std::size_t>(p.rows.inner) * width, block = kBlock / width * width;
  double sum = 0;
  for (int o = 0; o < p.rows.outer; ++o)
    for (int c = 0; c < p.rows.channels; ++c, x += all, dy += all) {
      if (p.scale != nullptr) {
        before.scale = p.scale + c;
        before.shift = p.shift + c;
      }
      for (std::size_t first = 0; first < all; first += block) {
        const std::size_t count = std::min(block, all - first);
        const float *a = x + first;
        if (!as_it_is) {
          before.rows.inner = static_cast<int>(count / width);
          before.forward(a, values, width);
          a = values;
        }
        sum += floats ? HWY_DYNAMIC_DISPATCH(scale_sum)(*p.grid, a, dy + first, count)
                      : scale_sum_one_by_one(*p.grid, a, dy + first, count);
      }
    }
  return std::ldexp(sum, p.grid->fraction);
}

}  // namespace nac::fw::fused
#endif
