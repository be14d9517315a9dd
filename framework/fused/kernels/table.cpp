// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/table.hpp"

#include "fused/kernels/targets.hpp"
// Highway compiles this file once for each target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/table.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

/// At most half of kWidthStep, so that two of them divide every row.
using Floats = hn::CappedTag<float, kWidthStep / 2>;
using Integers = hn::RebindToSigned<Floats>;
using FloatVector = hn::Vec<Floats>;

/// The entries of v - lowest steps.
template <class T>
struct Lookup {
  explicit Lookup(const IntegerTable<T> &table)
      : entries(table.entries),
        last(static_cast<float>(table.count - 1)),
        lowest(table.lowest),
        coarse(std::ldexp(1.0F, table.fraction / 2)),
        fine(std::ldexp(1.0F, table.fraction - table.fraction / 2)) {}

  HWY_INLINE auto operator()(FloatVector v) const {
    const Floats d;
    // By a factor in two steps, neither of which is out of the range of floats. All of it is exact.
    v = hn::Sub(hn::Mul(hn::Mul(v, hn::Set(d, coarse)), hn::Set(d, fine)), hn::Set(d, lowest));
    v = hn::Min(hn::IfThenElseZero(hn::Gt(v, hn::Zero(d)), v), hn::Set(d, last));
    return hn::GatherIndex(hn::Rebind<T, Floats>(), entries, hn::ConvertTo(Integers(), v));
  }

  const T *entries;
  float last, lowest, coarse, fine;
};

/// x / by, in double precision and then rounded to float.
HWY_INLINE void divide_in_doubles(float *x, hn::Vec<Integers> by) {
  const hn::CappedTag<double, kWidthStep / 4> d;
  const hn::Rebind<float, decltype(d)> f;
  const hn::Rebind<int32_t, decltype(d)> i;
  HWY_ALIGN int32_t lanes[hn::MaxLanes(Integers())];
  hn::Store(by, Integers(), lanes);
  for (std::size_t at = 0; at < hn::Lanes(Integers()); at += hn::Lanes(d)) {
    const auto quotient = hn::Div(hn::PromoteTo(d, hn::LoadU(f, x + at)), hn::PromoteTo(d, hn::LoadU(i, lanes + at)));
    hn::StoreU(hn::DemoteTo(f, quotient), f, x + at);
  }
}

/// Two vectors of lanes, of `count` rows that are `step` floats apart.
template <bool small>
void softmax_of_lanes(const Lookup<int32_t> &entry, int count, std::size_t step, const float *x, float *y) {
  const Floats d;
  const Integers di;
  const std::size_t n = hn::Lanes(d);
  auto largest0 = hn::Load(d, x), largest1 = hn::Load(d, x + n);
  for (int k = 1; k < count; ++k) {
    const auto v0 = hn::Load(d, x + k * step), v1 = hn::Load(d, x + k * step + n);
    largest0 = hn::IfThenElse(hn::Lt(largest0, v0), v0, largest0);
    largest1 = hn::IfThenElse(hn::Lt(largest1, v1), v1, largest1);
  }
  auto sum0 = hn::Zero(di), sum1 = sum0;
  for (int k = 0; k < count; ++k) {
    const auto e0 = entry(hn::Sub(largest0, hn::Load(d, x + k * step)));
    const auto e1 = entry(hn::Sub(largest1, hn::Load(d, x + k * step + n)));
    hn::Store(hn::ConvertTo(d, e0), d, y + k * step);
    hn::Store(hn::ConvertTo(d, e1), d, y + k * step + n);
    sum0 = hn::Add(sum0, e0);
    sum1 = hn::Add(sum1, e1);
  }
  const auto by0 = hn::ConvertTo(d, sum0), by1 = hn::ConvertTo(d, sum1);
  for (int k = 0; k < count; ++k) {
    float *at = y + k * step;
    if constexpr (small) {
      hn::Store(hn::Div(hn::Load(d, at), by0), d, at);
      hn::Store(hn::Div(hn::Load(d, at + n), by1), d, at + n);
    } else {
      divide_in_doubles(at, sum0);
      divide_in_doubles(at + n, sum1);
    }
  }
}

}  // namespace

void look_up_all(const IntegerTable<float> &table, const float *x, float *y, std::size_t floats) {
  const Floats d;
  const Lookup<float> entry(table);
  const std::size_t n = hn::Lanes(d);
  for (std::size_t i = 0; i < floats; i += 2 * n) {
    const auto y0 = entry(hn::Load(d, x + i)), y1 = entry(hn::Load(d, x + i + n));
    hn::Store(y0, d, y + i);
    hn::Store(y1, d, y + i + n);
  }
}

void softmax_of_tile(const SoftmaxRows &rows, const IntegerTable<int32_t> &table, const float *x, float *y, int width) {
  // A float holds sums of so many; and the quotient of two floats is the same whether or not it is rounded to double
  // before it is rounded to float.
  constexpr int kSmall = 1 << (24 - 15);
  const Lookup<int32_t> entry(table);
  const std::size_t step = static_cast<std::size_t>(rows.inner) * width;
  const auto kernel = rows.count <= kSmall ? softmax_of_lanes<true> : softmax_of_lanes<false>;
  for (int o = 0; o < rows.outer; ++o, x += step * rows.count, y += step * rows.count)
    for (std::size_t i = 0; i < step; i += 2 * hn::Lanes(Floats())) kernel(entry, rows.count, step, x + i, y + i);
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(look_up_all);
HWY_EXPORT(softmax_of_tile);

void look_up(const IntegerTable<float> &table, const float *x, float *y, std::size_t floats) {
  HWY_DYNAMIC_DISPATCH(look_up_all)(table, x, y, floats);
}

void softmax_by_table(const SoftmaxRows &rows, const IntegerTable<int32_t> &table, const float *x, float *y,
                      int width) {
  HWY_DYNAMIC_DISPATCH(softmax_of_tile)(rows, table, x, y, width);
}

}  // namespace nac::fw::fused
#endif
