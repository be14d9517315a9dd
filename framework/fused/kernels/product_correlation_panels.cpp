// SPDX-License-Identifier: Apache-2.0
// The kernel of weight gradients of many outputs: for every column of some rows of x, a number of each times a vector
// of what the outputs have there. dy is transposed for it; of x, nothing is read but what is multiplied.
#include "fused/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/product_correlation_panels.cpp"
#include <hwy/foreach_target.h>
// Highway is included behind its own header that repeats this file.
#include <hwy/highway.h>

#include <algorithm>

#include "fused/kernels/product_correlation_spans.hpp"
#include "fused/kernels/unroll.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Panel = Correlation::Panel;

#if HWY_TARGET == HWY_SCALAR
constexpr int kRows = 1, kColumns = 1;
#else
constexpr int kRows = static_cast<int>(hn::MaxLanes(hn::CappedTag<float, 8>())), kColumns = 4;
#endif
using D = hn::CappedTag<float, kRows>;
using V = hn::Vec<D>;

/// The columns of a matrix of kRows rows, which are row(r).
template <class Row>
HWY_INLINE void transpose(Row row, V *columns) {
  const D d;
#if HWY_TARGET == HWY_SCALAR
  columns[0] = row(d, 0);
#else
  const hn::CappedTag<float, kColumns> four;
  V rows[4];
  // Interleaving goes by blocks of four: the upper ones are the other rows.
  NAC_UNROLL for (int r = 0; r < 4; ++r) {
    if constexpr (kRows == 8)
      rows[r] = hn::Combine(d, row(four, r + 4), row(four, r));
    else
      rows[r] = row(four, r);
  }
  const hn::Repartition<uint64_t, D> pair;
  auto lower = [&](V a, V b) HWY_ATTR { return hn::BitCast(pair, hn::InterleaveLower(d, a, b)); };
  auto upper = [&](V a, V b) HWY_ATTR { return hn::BitCast(pair, hn::InterleaveUpper(d, a, b)); };
  auto a = lower(rows[0], rows[1]), b = lower(rows[2], rows[3]);
  auto c = upper(rows[0], rows[1]), e = upper(rows[2], rows[3]);
  columns[0] = hn::BitCast(d, hn::InterleaveLower(pair, a, b));
  columns[1] = hn::BitCast(d, hn::InterleaveUpper(pair, a, b));
  columns[2] = hn::BitCast(d, hn::InterleaveLower(pair, c, e));
  columns[3] = hn::BitCast(d, hn::InterleaveUpper(pair, c, e));
#endif
}

/// dy of a panel's outputs, [column][output]; 0 of outputs beyond the last.
void transpose_panel(const Correlation &c, const Panel &panel, const Spans &spans, float *to) {
  const D d;
  for (int s = 0; s < spans.count; ++s) {
    const Span &span = spans.at[static_cast<std::size_t>(s)];
    for (int o = 0; o < kPanelOuts; o += kRows) {
      const float *dy = span.dy + static_cast<std::ptrdiff_t>(panel.out + o) * c.out_step;
      const int rows = panel.count - o;
      for (int i = 0; i < span.floats; i += kColumns) {
        V columns[kColumns];
        if (rows >= kRows)
          transpose([&](auto tag, int r) HWY_ATTR { return hn::Load(tag, dy + r * c.out_step + i); }, columns);
        else
          transpose([&](auto tag, int r)
                        HWY_ATTR { return r < rows ? hn::Load(tag, dy + r * c.out_step + i) : hn::Zero(tag); },
                    columns);
        NAC_UNROLL for (int k = 0; k < kColumns; ++k) hn::Store(columns[k], d, to + (i + k) * kPanelOuts + o);
      }
    }
    to += span.floats * kPanelOuts;
  }
}

/// How many vectors of outputs and how many terms fill the registers.
struct Registers {
  using D = hn::CappedTag<float, kPanelOuts>;
  static constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));
  static constexpr int kVectors = std::min(2, kPanelOuts / kLanes);
  static constexpr int kTerms = kVectors == 2 ? 6 : 8;
};

/// sums[term][output]
template <int Terms>
void multiply(const Spans &spans, const int32_t *rows, const float *dy, float *sums) {
  using R = Registers;
  using Of = hn::Vec<typename R::D>;
  const typename R::D d;
  Of sum[Terms][R::kVectors];
  NAC_UNROLL for (int t = 0; t < Terms; ++t) NAC_UNROLL for (int v = 0; v < R::kVectors; ++v) sum[t][v] = hn::Zero(d);
  for (int s = 0; s < spans.count; ++s) {
    const Span &span = spans.at[static_cast<std::size_t>(s)];
    const float *x[Terms];
    NAC_UNROLL for (int t = 0; t < Terms; ++t) x[t] = span.x + rows[t];
    const std::ptrdiff_t floats = span.floats;
    for (std::ptrdiff_t i = 0; i < floats; i += 2, dy += 2 * kPanelOuts) NAC_UNROLL for (int k = 0; k < 2; ++k) {
        Of of[R::kVectors];
        NAC_UNROLL for (int v = 0; v < R::kVectors; ++v) of[v] = hn::Load(d, dy + k * kPanelOuts + v * R::kLanes);
        NAC_UNROLL for (int t = 0; t < Terms; ++t) {
          Of factor = hn::Set(d, x[t][i + k]);
          NAC_UNROLL for (int v = 0; v < R::kVectors; ++v) sum[t][v] = hn::MulAdd(factor, of[v], sum[t][v]);
        }
      }
  }
  NAC_UNROLL for (int t = 0; t < Terms; ++t) NAC_UNROLL for (int v = 0; v < R::kVectors; ++v)
      hn::Store(sum[t][v], d, sums + t * kPanelOuts + v * R::kLanes);
}

void multiply(const Spans &spans, int terms, const int32_t *rows, const float *dy, float *sums) {
  using R = Registers;
  for (int first = 0; first < kPanelOuts; first += R::kVectors * R::kLanes, dy += R::kVectors * R::kLanes)
    switch (terms) {
      case 1: multiply<1>(spans, rows, dy, sums + first); break;
      case 2: multiply<2>(spans, rows, dy, sums + first); break;
      case 3: multiply<3>(spans, rows, dy, sums + first); break;
      case 4: multiply<4>(spans, rows, dy, sums + first); break;
      case 5: multiply<5>(spans, rows, dy, sums + first); break;
      case 6: multiply<6>(spans, rows, dy, sums + first); break;
      case 7: multiply<std::min(7, R::kTerms)>(spans, rows, dy, sums + first); break;
      default: multiply<R::kTerms>(spans, rows, dy, sums + first); break;
    }
}

/// dweights[output][term] += sums[term][output]
void add_sums(const Correlation &c, const Panel &panel, const int32_t *term, int terms, const float *sums,
              float *dweights) {
  dweights += static_cast<std::ptrdiff_t>(panel.out) * c.terms;
  const D d;
  for (int t = 0; t < terms;) {
    float *to = dweights + term[t];
    if (t + kRows > terms || term[t + kRows - 1] != term[t] + kRows - 1) {
      for (int o = 0; o < panel.count; ++o, to += c.terms) *to += sums[t * kPanelOuts + o];
      ++t;
      continue;
    }
    for (int o = 0; o < panel.count; o += kColumns) {
      V columns[kColumns];
      const float *from = sums + t * kPanelOuts + o;
      transpose([&](auto tag, int r) HWY_ATTR { return hn::Load(tag, from + r * kPanelOuts); }, columns);
      for (int k = 0; k < std::min(kColumns, panel.count - o); ++k, to += c.terms)
        hn::StoreU(hn::Add(hn::LoadU(d, to), columns[k]), d, to);
    }
    t += kRows;
  }
}

/// Products of one panel with terms [term, term + left), at most kRange.
constexpr int kRange = 48;
void run_panel(const Correlation &c, const Panel &panel, const Spans &spans, const int32_t *term, int left,
               const float *dy, float *dweights) {
  constexpr int kTerms = Registers::kTerms;
  alignas(kAlignment) float sums[kRange * kPanelOuts];
  const int32_t *of_group = c.rows.data() + static_cast<std::ptrdiff_t>(panel.out / c.outs) * c.terms;
  const int all = left;
  int parts = (left + kTerms - 1) / kTerms;
  for (int done = 0; left > 0; --parts) {
    const int terms = (left + parts - 1) / parts;
    int32_t rows[kTerms];
    for (int t = 0; t < terms; ++t) rows[t] = of_group[term[done + t]];
    multiply(spans, terms, rows, dy, sums + done * kPanelOuts);
    done += terms, left -= terms;
  }
  add_sums(c, panel, term, all, sums, dweights);
}

void add_bias(const Panel &panel, int columns, const float *dy, float *dbias) {
  const D d;
  for (int first = 0; first < kPanelOuts; first += kRows) {
    V even = hn::Zero(d), odd = even;
    for (int i = 0; i < columns; i += 2) {
      even = hn::Add(even, hn::Load(d, dy + i * kPanelOuts + first));
      odd = hn::Add(odd, hn::Load(d, dy + (i + 1) * kPanelOuts + first));
    }
    alignas(kAlignment) float sums[kRows];
    hn::Store(hn::Add(even, odd), d, sums);
    for (int o = first; o < std::min(first + kRows, panel.count); ++o) dbias[panel.out + o] += sums[o - first];
  }
}

void run_spans(const Correlation &c, const Spans &spans, float *dweights, float *dbias, float *scratch) {
  float *dy = scratch;
  for (const Panel &panel : c.panels) {
    transpose_panel(c, panel, spans, dy);
    if (dbias != nullptr) add_bias(panel, spans.floats, dy, dbias);
    dy += kPanelOuts * spans.floats;
  }
  // All panels with some terms, then with the next: rows of x of so many terms stay in the second-level cache.
  for (int first = 0; first < c.terms; first += kRange) {
    dy = scratch;
    for (const Panel &panel : c.panels) {
      const int32_t *begin = c.list.data() + panel.first_term, *end = c.list.data() + panel.end_term;
      begin = std::lower_bound(begin, end, first), end = std::lower_bound(begin, end, first + kRange);
      const int terms = static_cast<int>(end - begin);
      run_panel(c, panel, spans, begin, terms, dy, dweights);
      dy += kPanelOuts * spans.floats;
    }
  }
}

void run_panels(const Correlation &c, const float *x, std::ptrdiff_t x_stride, const float *dy,
                std::ptrdiff_t dy_stride, int tiles, float *dweights, float *dbias, float *scratch) {
  each_spans(c, x, x_stride, dy, dy_stride, tiles, kPanelColumns,
             [&](const Spans &spans) { run_spans(c, spans, dweights, dbias, scratch); });
}

}  // namespace HWY_NAMESPACE
}  // namespace nac::fw::fused
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {
HWY_EXPORT(run_panels);

void run_panels(const Correlation &c, const float *x, std::ptrdiff_t x_stride, const float *dy,
                std::ptrdiff_t dy_stride, int tiles, float *dweights, float *dbias, float *scratch) {
  HWY_DYNAMIC_DISPATCH(run_panels)(c, x, x_stride, dy, dy_stride, tiles, dweights, dbias, scratch);
}

}  // namespace nac::fw::fused
#endif
