// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/reduce.hpp"

#include <algorithm>
#include <cstddef>

#include "fused/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/reduce.cpp"
#include <hwy/aligned_allocator.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "fused/kernels/unroll.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

// Terms of one window, whose rows are read at one lane.
struct Window {
  const int *first, *last;
  Window(const Windows &windows, int i)
      : first(windows.terms.data() + windows.begin[i]), last(windows.terms.data() + windows.begin[i + 1]) {}
  const int *begin() const { return first; }
  const int *end() const { return last; }
};

HWY_INLINE std::ptrdiff_t row_at(int row, int width) { return static_cast<std::ptrdiff_t>(row) * width; }

// Vectors of one row that are summed at once, a divisor of every width: long pieces of a row keep the memory busy,
// whose next row may lie far away.
constexpr int kTogether = std::clamp(kWidthStep / static_cast<int>(hn::MaxLanes(D())), 1, 4);

void sum_target(const Windows &windows, const float *factor, const float *x, float *y, int width) {
  const D d;
  const int n = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < windows.results(); ++i) {
    const Window window(windows, i);
    const V f = hn::Set(d, factor ? factor[i] : 1.0F);
    for (int lane = 0; lane < width; lane += kTogether * n) {
      V sum[kTogether];
      NAC_UNROLL for (int v = 0; v < kTogether; ++v) sum[v] = hn::Zero(d);
      for (const int term : window) {
        const float *row = x + row_at(term, width) + lane;
        NAC_UNROLL for (int v = 0; v < kTogether; ++v) sum[v] = hn::Add(sum[v], hn::Load(d, row + v * n));
      }
      float *to = y + row_at(i, width) + lane;
      NAC_UNROLL for (int v = 0; v < kTogether; ++v) hn::Store(hn::Mul(f, sum[v]), d, to + v * n);
    }
  }
}

// Two vectors at a time, in what follows: whole cache lines of 16 lanes with 8 in a vector.
void sum_gradient_target(const Windows &windows, const float *factor, const float *dy, float *dx, int width) {
  const D d;
  const int n = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < windows.results(); ++i) {
    const Window window(windows, i);
    const V f = hn::Set(d, factor ? factor[i] : 1.0F);
    for (int lane = 0; lane < width; lane += 2 * n) {
      const float *from = dy + row_at(i, width) + lane;
      const V g0 = hn::Mul(f, hn::Load(d, from)), g1 = hn::Mul(f, hn::Load(d, from + n));
      for (const int term : window) {
        float *row = dx + row_at(term, width) + lane;
        hn::Store(hn::Add(hn::Load(d, row), g0), d, row);
        hn::Store(hn::Add(hn::Load(d, row + n), g1), d, row + n);
      }
    }
  }
}

void spread_target(const Windows &windows, const float *factor, const float *dy, float *dx, int width) {
  const D d;
  const int n = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < windows.results(); ++i) {
    const V f = hn::Set(d, factor ? factor[i] : 1.0F);
    const float *from = dy + row_at(i, width);
    for (const int term : Window(windows, i)) {
      float *row = dx + row_at(term, width);
      for (int lane = 0; lane < width; lane += 2 * n) {
        hn::Store(hn::Mul(f, hn::Load(d, from + lane)), d, row + lane);
        hn::Store(hn::Mul(f, hn::Load(d, from + lane + n)), d, row + lane + n);
      }
    }
  }
}

// As PyTorch: a NaN is larger than any number, so that it is not lost.
HWY_INLINE V larger(V x, V largest) { return hn::IfThenElse(hn::Or(hn::Gt(x, largest), hn::IsNaN(x)), x, largest); }

void max_target(const Windows &windows, const float *x, float *y, int width) {
  const D d;
  const int n = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < windows.results(); ++i) {
    const Window window(windows, i);
    for (int lane = 0; lane < width; lane += 2 * n) {
      const float *head = x + row_at(*window.begin(), width) + lane;
      V m0 = hn::Load(d, head), m1 = hn::Load(d, head + n);
      for (const int *term = window.begin() + 1; term < window.end(); ++term) {
        const float *row = x + row_at(*term, width) + lane;
        m0 = larger(hn::Load(d, row), m0);
        m1 = larger(hn::Load(d, row + n), m1);
      }
      float *to = y + row_at(i, width) + lane;
      hn::Store(m0, d, to);
      hn::Store(m1, d, to + n);
    }
  }
}

std::size_t most_terms(const Windows &windows) {
  int most = 0;
  for (int i = 0; i < windows.results(); ++i) most = std::max(most, windows.begin[i + 1] - windows.begin[i]);
  return static_cast<std::size_t>(most);
}

HWY_INLINE void put(V value, float *to, bool add) {
  const D d;
  hn::Store(add ? hn::Add(hn::Load(d, to), value) : value, d, to);
}

void max_first_target(const Windows &windows, bool add, const float *x, const float *y, const float *dy, float *dx,
                      int width) {
  const D d;
  const int n = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < windows.results(); ++i) {
    const Window window(windows, i);
    for (int lane = 0; lane < width; lane += 2 * n) {
      const std::ptrdiff_t at = row_at(i, width) + lane;
      const V m0 = hn::Load(d, y + at), m1 = hn::Load(d, y + at + n);
      V g0 = hn::Load(d, dy + at), g1 = hn::Load(d, dy + at + n);
      for (const int term : window) {
        const std::ptrdiff_t row = row_at(term, width) + lane;
        const auto hit0 = hn::Eq(hn::Load(d, x + row), m0), hit1 = hn::Eq(hn::Load(d, x + row + n), m1);
        put(hn::IfThenElseZero(hit0, g0), dx + row, add);
        put(hn::IfThenElseZero(hit1, g1), dx + row + n, add);
        g0 = hn::IfThenZeroElse(hit0, g0);  // given away
        g1 = hn::IfThenZeroElse(hit1, g1);
      }
    }
  }
}

void max_shared_target(const Windows &windows, bool add, const float *x, const float *y, const float *dy, float *dx,
                       int width) {
  const D d;
  const V one = hn::Set(d, 1.0F);
  const int n = static_cast<int>(hn::Lanes(d)), together = kTogether * n;
  // Rows of one result may lie in the same sets of the cache: x is read once, and what it said is kept here.
  hwy::AlignedFreeUniquePtr<float[]> hits = hwy::AllocateAligned<float>(most_terms(windows) * together);
  for (int i = 0; i < windows.results(); ++i) {
    const Window window(windows, i);
    for (int lane = 0; lane < width; lane += together) {
      const std::ptrdiff_t at = row_at(i, width) + lane;
      V largest[kTogether], share[kTogether];
      NAC_UNROLL for (int v = 0; v < kTogether; ++v) largest[v] = hn::Load(d, y + at + v * n), share[v] = hn::Zero(d);
      float *hit = hits.get();
      for (const int term : window) {
        const float *row = x + row_at(term, width) + lane;
        NAC_UNROLL for (int v = 0; v < kTogether; ++v, hit += n) {
          const V is = hn::IfThenElseZero(hn::Eq(hn::Load(d, row + v * n), largest[v]), one);
          share[v] = hn::Add(share[v], is);
          hn::Store(is, d, hit);
        }
      }
      NAC_UNROLL for (int v = 0; v < kTogether; ++v) share[v] = hn::Div(hn::Load(d, dy + at + v * n), share[v]);
      hit = hits.get();
      for (const int term : window) {
        float *row = dx + row_at(term, width) + lane;
        NAC_UNROLL for (int v = 0; v < kTogether; ++v, hit += n)
            put(hn::IfThenElseZero(hn::Gt(hn::Load(d, hit), hn::Zero(d)), share[v]), row + v * n, add);
      }
    }
  }
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(sum_target);
HWY_EXPORT(sum_gradient_target);
HWY_EXPORT(spread_target);
HWY_EXPORT(max_target);
HWY_EXPORT(max_first_target);
HWY_EXPORT(max_shared_target);

void sum_windows(const Windows &windows, const float *factor, const float *x, float *y, int width) {
  HWY_DYNAMIC_DISPATCH(sum_target)(windows, factor, x, y, width);
}

void sum_windows_gradient(const Windows &windows, const float *factor, const float *dy, float *dx, int width) {
  HWY_DYNAMIC_DISPATCH(sum_gradient_target)(windows, factor, dy, dx, width);
}

void spread_windows(const Windows &windows, const float *factor, const float *dy, float *dx, int width) {
  HWY_DYNAMIC_DISPATCH(spread_target)(windows, factor, dy, dx, width);
}

void max_windows(const Windows &windows, const float *x, float *y, int width) {
  HWY_DYNAMIC_DISPATCH(max_target)(windows, x, y, width);
}

void max_windows_gradient(const Windows &windows, bool shared, bool add, const float *x, const float *y,
                          const float *dy, float *dx, int width) {
  if (shared)
    HWY_DYNAMIC_DISPATCH(max_shared_target)(windows, add, x, y, dy, dx, width);
  else
    HWY_DYNAMIC_DISPATCH(max_first_target)(windows, add, x, y, dy, dx, width);
}

}  // namespace nac::fw::fused
#endif
