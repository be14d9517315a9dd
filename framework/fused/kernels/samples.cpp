// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/samples.hpp"

#include <algorithm>
#include <cstddef>

#include "fused/kernels/targets.hpp"

#include <hwy/cache_control.h>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/samples.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int kLine = 16;  // samples that are moved together: whole cache lines of the rows

#if HWY_TARGET == HWY_SCALAR

void load_line(const float *const *samples, const float *const *, int elements, float *rows, int width) {
  for (int e = 0; e < elements; ++e, rows += width)
    for (int i = 0; i < kLine; ++i) rows[i] = samples[i][e];
}

void store_line(const float *rows, int elements, float *const *samples, int width) {
  for (int e = 0; e < elements; ++e, rows += width)
    for (int i = 0; i < kLine; ++i) samples[i][e] = rows[i];
}

#else

// Four elements of four or eight samples at a time: every block of four lanes of a vector is transposed on its own, so
// that no element crosses from one block to another.
using D = hn::CappedTag<float, 8>;
using V = hn::Vec<D>;
using Four = hn::FixedTag<float, 4>;

HWY_INLINE void transpose(V &r0, V &r1, V &r2, V &r3) {
  const D d;
  const hn::RepartitionToWide<D> wide;
  const auto a = hn::BitCast(wide, hn::InterleaveLower(d, r0, r1)),
             b = hn::BitCast(wide, hn::InterleaveUpper(d, r0, r1)),
             e = hn::BitCast(wide, hn::InterleaveLower(d, r2, r3)),
             f = hn::BitCast(wide, hn::InterleaveUpper(d, r2, r3));
  r0 = hn::BitCast(d, hn::InterleaveLower(wide, a, e));
  r1 = hn::BitCast(d, hn::InterleaveUpper(wide, a, e));
  r2 = hn::BitCast(d, hn::InterleaveLower(wide, b, f));
  r3 = hn::BitCast(d, hn::InterleaveUpper(wide, b, f));
}

// Elements e to e + 3 of sample i, and behind them those of sample i + 4.
HWY_INLINE V load_four(const float *const *samples, int i, int e) {
  const Four four;
#if HWY_MAX_BYTES > 16
  return hn::Combine(D(), hn::LoadU(four, samples[i + 4] + e), hn::LoadU(four, samples[i] + e));
#else
  return hn::LoadU(four, samples[i] + e);
#endif
}

HWY_INLINE void store_four(V v, float *const *samples, int i, int e) {
  const Four four;
#if HWY_MAX_BYTES > 16
  hn::StoreU(hn::LowerHalf(four, v), four, samples[i] + e);
  hn::StoreU(hn::UpperHalf(four, v), four, samples[i + 4] + e);
#else
  hn::StoreU(v, four, samples[i] + e);
#endif
}

// The first elements of kLine samples that make whole blocks; the last block may overlap the one before it.
void load_line(const float *const *samples, const float *const *next, int elements, float *rows, int width) {
  const D d;
  const auto w = static_cast<std::ptrdiff_t>(width);
  for (int begin = 0; begin < elements; begin += 4) {
    // Shuffled samples lie anywhere: ask for those of the next line while these are moved.
    if (begin % 16 == 0)
      for (int i = 0; i < kLine; ++i) hwy::Prefetch(next[i] + begin);
    const int e = std::min(begin, elements - 4);
    float *to = rows + e * w;
    for (int i = 0; i < kLine; i += static_cast<int>(hn::Lanes(d))) {
      V r0 = load_four(samples, i, e), r1 = load_four(samples, i + 1, e), r2 = load_four(samples, i + 2, e),
        r3 = load_four(samples, i + 3, e);
      transpose(r0, r1, r2, r3);
      hn::Store(r0, d, to + i);
      hn::Store(r1, d, to + w + i);
      hn::Store(r2, d, to + 2 * w + i);
      hn::Store(r3, d, to + 3 * w + i);
    }
  }
}

void store_line(const float *rows, int elements, float *const *samples, int width) {
  const D d;
  const auto w = static_cast<std::ptrdiff_t>(width);
  for (int begin = 0; begin < elements; begin += 4) {
    const int e = std::min(begin, elements - 4);
    const float *from = rows + e * w;
    for (int i = 0; i < kLine; i += static_cast<int>(hn::Lanes(d))) {
      V r0 = hn::Load(d, from + i), r1 = hn::Load(d, from + w + i), r2 = hn::Load(d, from + 2 * w + i),
        r3 = hn::Load(d, from + 3 * w + i);
      transpose(r0, r1, r2, r3);
      store_four(r0, samples, i, e);
      store_four(r1, samples, i + 1, e);
      store_four(r2, samples, i + 2, e);
      store_four(r3, samples, i + 3, e);
    }
  }
}

#endif

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {
namespace {

HWY_EXPORT(load_line);
HWY_EXPORT(store_line);

constexpr int kLine = HWY_NAMESPACE::kLine;

}  // namespace

void load_samples(const float *data, int elements, const int64_t *order, int samples, float *rows, int width) {
  const auto load = HWY_DYNAMIC_DISPATCH(load_line);
  const auto sample = [&](int lane) { return data + order[lane] * elements; };
  int lane = 0;
  if (elements >= 4)
    for (; lane + kLine <= samples; lane += kLine) {
      const float *now[kLine], *next[kLine];
      for (int i = 0; i < kLine; ++i) {
        now[i] = sample(lane + i);
        next[i] = sample(std::min(lane + kLine + i, samples - 1));
      }
      load(now, next, elements, rows + lane, width);
    }
  for (int e = 0; e < elements; ++e) {
    float *row = rows + static_cast<std::ptrdiff_t>(e) * width;
    for (int i = lane; i < samples; ++i) row[i] = sample(i)[e];
    std::fill(row + samples, row + width, 0.0F);
  }
}

void store_samples(const float *rows, int elements, int samples, float *data, int width) {
  const auto store = HWY_DYNAMIC_DISPATCH(store_line);
  int lane = 0;
  if (elements >= 4)
    for (; lane + kLine <= samples; lane += kLine) {
      float *now[kLine];
      for (int i = 0; i < kLine; ++i) now[i] = data + static_cast<std::ptrdiff_t>(lane + i) * elements;
      store(rows + lane, elements, now, width);
    }
  for (; lane < samples; ++lane)
    for (int e = 0; e < elements; ++e)
      data[static_cast<std::ptrdiff_t>(lane) * elements + e] = rows[static_cast<std::ptrdiff_t>(e) * width + lane];
}

}  // namespace nac::fw::fused
#endif
