// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/normalize.hpp"

#include <algorithm>

#include "fused/kernels/targets.hpp"
// Highway compiles this file once for each target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/normalize.cpp"
#include <hwy/foreach_target.h>

#include "fused/kernels/pointwise-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {

/// The rows of one channel in a tile: `outer` blocks of `inner` rows.
struct Channel {
  const float *x;
  int outer, inner;
  std::size_t step;  ///< floats from block to block
};

/// Of x - shift and its square.
struct Sums {
  double sum, squares;
};

template <class V>
HWY_INLINE void add_term(V value, V &sum, V &squares) {
  sum = hn::Add(sum, value);
  squares = hn::MulAdd(value, value, squares);
}

Sums sums_of(const Channel &channel, int width, int samples, float shift) {
  const Floats d;
  const std::size_t n = hn::Lanes(d), whole = samples / n * n, rest = samples - whole;
  const auto by = hn::Set(d, shift);
  const auto first = hn::FirstN(d, rest);
  auto s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0, q0 = s0, q1 = s0, q2 = s0, q3 = s0;
  for (int o = 0; o < channel.outer; ++o) {
    const float *x = channel.x + o * channel.step;
    if (samples == width) {
      const std::size_t count = static_cast<std::size_t>(channel.inner) * width;
      for (std::size_t i = 0; i < count; i += (kFourVectors ? 4 : 2) * n) {
        add_term(hn::Sub(hn::Load(d, x + i), by), s0, q0);
        add_term(hn::Sub(hn::Load(d, x + i + n), by), s1, q1);
        if constexpr (kFourVectors) {
          add_term(hn::Sub(hn::Load(d, x + i + 2 * n), by), s2, q2);
          add_term(hn::Sub(hn::Load(d, x + i + 3 * n), by), s3, q3);
        }
      }
      continue;
    }
    for (int r = 0; r < channel.inner; ++r, x += width) {
      for (std::size_t i = 0; i < whole; i += n) add_term(hn::Sub(hn::Load(d, x + i), by), s0, q0);
      if (rest != 0) add_term(hn::IfThenElseZero(first, hn::Sub(hn::Load(d, x + whole), by)), s1, q1);
    }
  }
  const auto sum = hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)), squares = hn::Add(hn::Add(q0, q1), hn::Add(q2, q3));
  return {static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum))),
          static_cast<double>(hn::GetLane(hn::SumOfLanes(d, squares)))};
}

/// The mean of a row; 0 of none.
float mean_of_row(const float *x, int samples) {
  const Floats d;
  const std::size_t n = hn::Lanes(d), whole = samples / n * n;
  auto sum = hn::Zero(d);
  for (std::size_t i = 0; i < whole; i += n) sum = hn::Add(sum, hn::Load(d, x + i));
  if (const std::size_t rest = samples - whole; rest != 0)
    sum = hn::Add(sum, hn::IfThenElseZero(hn::FirstN(d, rest), hn::Load(d, x + whole)));
  return hn::GetLane(hn::SumOfLanes(d, sum)) / static_cast<float>(std::max(samples, 1));
}

struct Apply {
  float a, b, c;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x, V dv) const {
    return hn::MulAdd(hn::Set(d, a), dv, hn::MulAdd(hn::Set(d, b), x, hn::Set(d, c)));
  }
};

/// One block of rows of one channel, x and dv and dx behind each other in memory.
template <bool add>
void apply_rows(const float *x, const float *dv, const Apply &op, int rows, int width, int samples, float *dx) {
  const Floats d;
  const std::size_t n = hn::Lanes(d), used = samples;
  const auto put = [&](std::size_t i, auto value) HWY_ATTR {
    if constexpr (add) value = hn::Add(value, hn::Load(d, dx + i));
    hn::Store(value, d, dx + i);
  };
  if (samples == width) {
    const std::size_t count = static_cast<std::size_t>(rows) * width;
    for (std::size_t i = 0; i < count; i += 2 * n) {
      put(i, op(d, hn::Load(d, x + i), hn::Load(d, dv + i)));
      put(i + n, op(d, hn::Load(d, x + i + n), hn::Load(d, dv + i + n)));
    }
    return;
  }
  for (int r = 0; r < rows; ++r, x += width, dv += width, dx += width)
    for (std::size_t i = 0; i < static_cast<std::size_t>(width); i += n) {
      const auto lanes = hn::FirstN(d, used > i ? (used - i < n ? used - i : n) : 0);
      put(i, hn::IfThenElseZero(lanes, op(d, hn::Load(d, x + i), hn::Load(d, dv + i))));
    }
}

}  // namespace

void moments_of_tile(const ChannelRows &rows, const float *x, int width, int samples, Moments *moments) {
  const std::size_t block = static_cast<std::size_t>(rows.inner) * width;
  const double count = static_cast<double>(rows.outer) * rows.inner * samples;
  if (count == 0) return;
  const double each = 1 / count;
  for (int c = 0; c < rows.channels; ++c) {
    const Channel channel{x + c * block, rows.outer, rows.inner, block * rows.channels};
    Moments &all = moments[c];
    // Any number will do that is nearer to the mean than a few standard deviations: that of the tiles before this, or
    // of the first row. What is left of the mean and of the squares follows from the sums about it.
    const float about = all.count > 0 ? static_cast<float>(all.mean) : mean_of_row(channel.x, samples);
    const Sums rest = sums_of(channel, width, samples, about);
    const double offset = rest.sum * each, mean = static_cast<double>(about) + offset;
    const double m2 = rest.squares - rest.sum * offset;
    const double total = all.count + count, delta = mean - all.mean, share = count / total;
    all.mean += delta * share;
    all.m2 += std::max(m2, 0.0) + delta * delta * (all.count * share);
    all.count = total;
  }
}

void gradient_sums_of_tile(const ChannelRows &rows, const float *x, const float *dv, const float *mean,
                           const float *inverse, int width, double *sum, double *product) {
  const Floats d;
  const std::size_t n = hn::Lanes(d), block = static_cast<std::size_t>(rows.inner) * width;
  for (int o = 0; o < rows.outer; ++o)
    for (int c = 0; c < rows.channels; ++c, x += block, dv += block) {
      const auto center = hn::Set(d, mean[c]);
      auto s0 = hn::Zero(d), s1 = s0, p0 = s0, p1 = s0;
      for (std::size_t i = 0; i < block; i += 2 * n) {
        const auto g0 = hn::Load(d, dv + i), g1 = hn::Load(d, dv + i + n);
        s0 = hn::Add(s0, g0);
        s1 = hn::Add(s1, g1);
        p0 = hn::MulAdd(g0, hn::Sub(hn::Load(d, x + i), center), p0);
        p1 = hn::MulAdd(g1, hn::Sub(hn::Load(d, x + i + n), center), p1);
      }
      sum[c] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(s0, s1))));
      product[c] +=
          static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(p0, p1)))) * static_cast<double>(inverse[c]);
    }
}

void apply_to_tile(const ChannelRows &rows, const float *x, const float *dv, const float *a, const float *b,
                   const float *c, bool add, int width, int samples, float *dx) {
  const std::size_t block = static_cast<std::size_t>(rows.inner) * width;
  std::size_t at = 0;
  for (int o = 0; o < rows.outer; ++o)
    for (int i = 0; i < rows.channels; ++i, at += block) {
      const Apply op{a[i], b[i], c[i]};
      if (add)
        apply_rows<true>(x + at, dv + at, op, rows.inner, width, samples, dx + at);
      else
        apply_rows<false>(x + at, dv + at, op, rows.inner, width, samples, dx + at);
    }
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(moments_of_tile);
HWY_EXPORT(gradient_sums_of_tile);
HWY_EXPORT(apply_to_tile);

void add_moments(const ChannelRows &rows, const float *x, int width, int samples, Moments *moments) {
  HWY_DYNAMIC_DISPATCH(moments_of_tile)(rows, x, width, samples, moments);
}

void add_gradient_sums(const ChannelRows &rows, const float *x, const float *dv, const float *mean,
                       const float *inverse, int width, double *sum, double *product) {
  HWY_DYNAMIC_DISPATCH(gradient_sums_of_tile)(rows, x, dv, mean, inverse, width, sum, product);
}

void apply_gradient(const ChannelRows &rows, const float *x, const float *dv, const float *a, const float *b,
                    const float *c, bool add, int width, int samples, float *dx) {
  HWY_DYNAMIC_DISPATCH(apply_to_tile)(rows, x, dv, a, b, c, add, width, samples, dx);
}

}  // namespace nac::fw::fused
#endif
