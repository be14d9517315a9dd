// SPDX-License-Identifier: Apache-2.0
// The kernel of weight gradients of blocks: dot products of a few rows of x with a few rows of dy in registers.
#include "fused/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/product_correlation_run.cpp"
#include <hwy/foreach_target.h>
// Highway is included behind its own header that repeats this file.
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "fused/kernels/product_correlation_spans.hpp"
#include "fused/kernels/unroll.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));

/// The sums over the lanes of four vectors.
HWY_INLINE void sum_lanes(V a, V b, V c, V d, float *sums) {
#if HWY_TARGET == HWY_SCALAR
  sums[0] = hn::GetLane(a), sums[1] = hn::GetLane(b), sums[2] = hn::GetLane(c), sums[3] = hn::GetLane(d);
#else
  const D f;
  const hn::Repartition<uint64_t, D> pair;
  // In every block of four lanes: a0 + a2, b0 + b2, a1 + a3, b1 + b3; then a, b, c, d.
  auto ab = hn::BitCast(pair, hn::Add(hn::InterleaveLower(f, a, b), hn::InterleaveUpper(f, a, b)));
  auto cd = hn::BitCast(pair, hn::Add(hn::InterleaveLower(f, c, d), hn::InterleaveUpper(f, c, d)));
  V abcd =
      hn::Add(hn::BitCast(f, hn::InterleaveLower(pair, ab, cd)), hn::BitCast(f, hn::InterleaveUpper(pair, ab, cd)));
  if constexpr (kLanes == 4) {
    hn::StoreU(abcd, f, sums);
  } else {
    const hn::Half<D> half;
    auto h = hn::Add(hn::LowerHalf(half, abcd), hn::UpperHalf(half, abcd));
    if constexpr (kLanes == 8) {
      hn::StoreU(h, half, sums);
    } else {
      const hn::Half<hn::Half<D> > quarter;
      hn::StoreU(hn::Add(hn::LowerHalf(quarter, h), hn::UpperHalf(quarter, h)), quarter, sums);
    }
  }
#endif
}

struct Rows {
  const Spans &spans;
  const int32_t *x;  ///< of each term
  std::ptrdiff_t dy, out_step;
};

/// sums[t][o], four floats apart or eight when there are more than four outputs.
template <int Outs, int Terms>
void dot(const Rows &rows, float *sums) {
  V sum[Outs][Terms];
  NAC_UNROLL for (int o = 0; o < Outs; ++o) NAC_UNROLL for (int t = 0; t < Terms; ++t) sum[o][t] = hn::Zero(D());
  for (int s = 0; s < rows.spans.count; ++s) {
    const Span &span = rows.spans.at[static_cast<std::size_t>(s)];
    const float *x[Terms], *dy[Outs];
    NAC_UNROLL for (int t = 0; t < Terms; ++t) x[t] = span.x + rows.x[t];
    NAC_UNROLL for (int o = 0; o < Outs; ++o) dy[o] = span.dy + rows.dy + o * rows.out_step;
    const std::ptrdiff_t floats = span.floats;
    for (std::ptrdiff_t i = 0; i < floats; i += kLanes) {
      // The fewer rows are kept in registers, the others read one after the other.
      if constexpr (Terms <= Outs) {
        V kept[Terms];
        NAC_UNROLL for (int t = 0; t < Terms; ++t) kept[t] = hn::Load(D(), x[t] + i);
        NAC_UNROLL for (int o = 0; o < Outs; ++o) {
          V v = hn::Load(D(), dy[o] + i);
          NAC_UNROLL for (int t = 0; t < Terms; ++t) sum[o][t] = hn::MulAdd(kept[t], v, sum[o][t]);
        }
      } else {
        V kept[Outs];
        NAC_UNROLL for (int o = 0; o < Outs; ++o) kept[o] = hn::Load(D(), dy[o] + i);
        NAC_UNROLL for (int t = 0; t < Terms; ++t) {
          V v = hn::Load(D(), x[t] + i);
          NAC_UNROLL for (int o = 0; o < Outs; ++o) sum[o][t] = hn::MulAdd(kept[o], v, sum[o][t]);
        }
      }
    }
  }
  const V zero = hn::Zero(D());
  NAC_UNROLL for (int t = 0; t < Terms; ++t) {
    sum_lanes(sum[0][t], Outs > 1 ? sum[std::min(1, Outs - 1)][t] : zero,
              Outs > 2 ? sum[std::min(2, Outs - 1)][t] : zero, Outs > 3 ? sum[std::min(3, Outs - 1)][t] : zero,
              sums + t * 8);
    if constexpr (Outs > 4) sum_lanes(sum[4][t], Outs > 5 ? sum[Outs - 1][t] : zero, zero, zero, sums + t * 8 + 4);
  }
}

constexpr int kMostOuts = 6, kMostTerms = 6;
/// How many terms fill the registers with so many outputs.
constexpr int kTerms[kMostOuts + 1] = {0, 6, 6, 4, 3, 2, 2};

using Dot = void (*)(const Rows &, float *);
constexpr Dot kDots[kMostOuts][kMostTerms] = {
    {dot<1, 1>, dot<1, 2>, dot<1, 3>, dot<1, 4>, dot<1, 5>, dot<1, 6>},
    {dot<2, 1>, dot<2, 2>, dot<2, 3>, dot<2, 4>, dot<2, 5>, dot<2, 6>},
    {dot<3, 1>, dot<3, 2>, dot<3, 3>, dot<3, 4>},
    {dot<4, 1>, dot<4, 2>, dot<4, 3>},
    {dot<5, 1>, dot<5, 2>},
    {dot<6, 1>, dot<6, 2>},
};

float sum_row(const Spans &spans, std::ptrdiff_t row) {
  V even = hn::Zero(D()), odd = even;
  for (int s = 0; s < spans.count; ++s) {
    const Span &span = spans.at[static_cast<std::size_t>(s)];
    for (int i = 0; i < span.floats; i += 2 * kLanes) {
      even = hn::Add(even, hn::Load(D(), span.dy + row + i));
      odd = hn::Add(odd, hn::Load(D(), span.dy + row + i + kLanes));
    }
  }
  float sums[4];
  sum_lanes(hn::Add(even, odd), hn::Zero(D()), hn::Zero(D()), hn::Zero(D()), sums);
  return sums[0];
}

/// Dot products of one block with terms [term, end).
void run_block(const Correlation &c, const Correlation::Block &block, const Spans &spans, const int32_t *term,
               const int32_t *end, float *dweights) {
  const std::ptrdiff_t dy = static_cast<std::ptrdiff_t>(block.out) * c.out_step;
  const int32_t *rows = c.rows.data() + static_cast<std::ptrdiff_t>(block.out / c.outs) * c.terms;
  int left = static_cast<int>(end - term);
  int parts = (left + kTerms[block.count] - 1) / kTerms[block.count];
  for (; left > 0; --parts) {
    const int terms = (left + parts - 1) / parts;
    int32_t x[kMostTerms];
    for (int t = 0; t < terms; ++t) x[t] = rows[term[t]];
    float sums[kMostTerms * 8];
    kDots[block.count - 1][terms - 1]({spans, x, dy, c.out_step}, sums);
    for (int o = 0; o < block.count; ++o) {
      float *to = dweights + static_cast<std::ptrdiff_t>(block.out + o) * c.terms;
      for (int t = 0; t < terms; ++t) to[term[t]] += sums[t * 8 + o];
    }
    term += terms, left -= terms;
  }
}

/// All blocks with some terms, then with the next: rows of x of so many terms stay in the second-level cache.
void run_blocks(const Correlation &c, const Spans &spans, float *dweights, float *dbias) {
  constexpr int kRange = 48;
  if (dbias != nullptr)
    for (const Correlation::Block &block : c.blocks)
      for (int o = block.out; o < block.out + block.count; ++o)
        dbias[o] += sum_row(spans, static_cast<std::ptrdiff_t>(o) * c.out_step);
  for (int first = 0; first < c.terms; first += kRange)
    for (const Correlation::Block &block : c.blocks) {
      const int32_t *begin = c.list.data() + block.first_term, *end = c.list.data() + block.end_term;
      begin = std::lower_bound(begin, end, first);
      run_block(c, block, spans, begin, std::lower_bound(begin, end, first + kRange), dweights);
    }
}

void run_tiles(const Correlation &c, const float *x, std::ptrdiff_t x_stride, const float *dy, std::ptrdiff_t dy_stride,
               int tiles, float *dweights, float *dbias) {
  // Without vectors, a sum of more numbers one after the other would lose digits.
  constexpr int kColumns = kLanes == 1 ? 128 : kMostColumns;
  each_spans(c, x, x_stride, dy, dy_stride, tiles, kColumns,
             [&](const Spans &spans) { run_blocks(c, spans, dweights, dbias); });
}

}  // namespace HWY_NAMESPACE
}  // namespace nac::fw::fused
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {
HWY_EXPORT(run_tiles);

void run_correlation(const Correlation &c, const float *x, std::ptrdiff_t x_stride, const float *dy,
                     std::ptrdiff_t dy_stride, int tiles, float *dweights, float *dbias, float *scratch) {
  auto run = [&](const float *from, std::ptrdiff_t from_stride, const float *to, int count, float *rest) {
    if (!c.panels.empty()) run_panels(c, from, from_stride, to, dy_stride, count, dweights, dbias, rest);
    if (!c.blocks.empty()) HWY_DYNAMIC_DISPATCH(run_tiles)(c, from, from_stride, to, dy_stride, count, dweights, dbias);
  };
  if (c.padded.empty()) return run(x, x_stride, dy, tiles, scratch);
  const std::size_t row = static_cast<std::size_t>(c.width), rows = static_cast<std::size_t>(c.padded_rows);
  std::fill_n(scratch, rows * row, 0.0f);
  for (int tile = 0; tile < tiles; ++tile) {
    for (std::size_t i = 0; i < c.padded.size(); ++i)
      std::memcpy(scratch + static_cast<std::size_t>(c.padded[i]) * row, x + tile * x_stride + i * row,
                  row * sizeof(float));
    run(scratch, 0, dy + tile * dy_stride, 1, scratch + rows * row);
  }
}

}  // namespace nac::fw::fused
#endif
