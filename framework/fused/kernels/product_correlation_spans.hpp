// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>

#include "fused/kernels/product_correlation.hpp"

namespace nac::fw::fused {

/// Columns that lie one behind the other: one lane of one position of one tile each.
struct Span {
  const float *x, *dy;
  int floats;
};

/// Columns of some positions and tiles, which a kernel goes through before the next: their rows stay in the cache.
struct Spans {
  static constexpr int kMost = kMostColumns / kWidthStep;
  std::array<Span, kMost> at;
  int count = 0, floats = 0;
};

/// Calls visit(spans) for `most` columns of the tiles after `most`; the last may be fewer.
template <class Visit>
void each_spans(const Correlation &c, const float *x, std::ptrdiff_t x_stride, const float *dy,
                std::ptrdiff_t dy_stride, int tiles, int most, Visit visit) {
  Spans spans;
  for (int tile = 0; tile < tiles; ++tile)
    for (const Correlation::Segment &s : c.segments)
      for (int at = 0; at < s.floats;) {
        const int floats = std::min(s.floats - at, most - spans.floats);
        spans.at[static_cast<std::size_t>(spans.count++)] = {x + tile * x_stride + s.x + at,
                                                             dy + tile * dy_stride + s.dy + at, floats};
        spans.floats += floats, at += floats;
        if (spans.floats < most) continue;
        visit(spans);
        spans.count = spans.floats = 0;
      }
  if (spans.count != 0) visit(spans);
}

}  // namespace nac::fw::fused
