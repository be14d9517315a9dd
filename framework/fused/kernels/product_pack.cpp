// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/product_pack.hpp"

#include <cstring>

#include "fused/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/product_pack.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "fused/kernels/unroll.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// How weights of a block lie: of its result r, channel c and tap t at r * result + c * channel + t.
struct Strides {
  std::ptrdiff_t result, channel;
};

template <int Count>
void pack_any(const Gather &g, const Strides &step, int first, int end, const float *weights, float *panel) {
  for (int tap = 0; tap < g.taps; ++tap)
    for (int c = first; c < end; ++c) {
      const float *from = weights + c * step.channel + tap;
      float *to = panel + (static_cast<std::ptrdiff_t>(tap) * g.channels + c) * Count;
      NAC_UNROLL for (int r = 0; r < Count; ++r) to[r] = from[r * step.result];
    }
}

// Of one tap, where results follow each other in the weights too.
template <int Count>
void pack_runs(const Gather &g, const Strides &step, const float *weights, float *panel) {
  for (int c = 0; c < g.channels; ++c)
    std::memcpy(panel + c * Count, weights + c * step.channel, Count * sizeof(float));
}

#if HWY_TARGET == HWY_SCALAR

template <int Count>
void pack_columns(const Gather &g, const Strides &step, const float *weights, float *panel) {
  pack_any<Count>(g, step, 0, g.channels, weights, panel);
}

#else

// Four channels of four results, which end up `step` floats apart.
HWY_INLINE void transpose_four(const float *from, std::ptrdiff_t result, float *to, int step) {
  const hn::FixedTag<float, 4> d;
  const hn::RepartitionToWide<decltype(d)> wide;
  const auto r0 = hn::LoadU(d, from), r1 = hn::LoadU(d, from + result), r2 = hn::LoadU(d, from + 2 * result),
             r3 = hn::LoadU(d, from + 3 * result);
  const auto a = hn::BitCast(wide, hn::InterleaveLower(d, r0, r1)),
             b = hn::BitCast(wide, hn::InterleaveUpper(d, r0, r1)),
             e = hn::BitCast(wide, hn::InterleaveLower(d, r2, r3)),
             f = hn::BitCast(wide, hn::InterleaveUpper(d, r2, r3));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(wide, a, e)), d, to);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(wide, a, e)), d, to + step);
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(wide, b, f)), d, to + 2 * step);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(wide, b, f)), d, to + 3 * step);
}

// Of one tap, where channels follow each other in the weights: a transposed matrix. The first and the last four results
// of five or six overlap.
template <int Count>
void pack_columns(const Gather &g, const Strides &step, const float *weights, float *panel) {
  int c = 0;
  if constexpr (Count >= 4)
    for (; c + 4 <= g.channels; c += 4) {
      transpose_four(weights + c, step.result, panel + c * Count, Count);
      if constexpr (Count > 4)
        transpose_four(weights + c + (Count - 4) * step.result, step.result, panel + c * Count + Count - 4, Count);
    }
  pack_any<Count>(g, step, c, g.channels, weights, panel);
}

#endif

template <int Count>
void pack_block(const Gather &g, const Strides &step, const float *weights, float *panel) {
  if (g.taps > 1)
    pack_any<Count>(g, step, 0, g.channels, weights, panel);
  else if (g.transposed)
    pack_runs<Count>(g, step, weights, panel);
  else
    pack_columns<Count>(g, step, weights, panel);
}

void pack_blocks(const Gather &g, const float *weights, float *panels) {
  const std::ptrdiff_t taps = g.taps;
  const Strides step = g.transposed ? Strides{taps, g.results * taps} : Strides{g.channels * taps, taps};
  for (const Gather::Block &block : g.blocks) {
    const float *from = weights + static_cast<std::ptrdiff_t>(g.weight_of(block.result, 0, 0));
    float *panel = panels + block.panel;
    switch (block.count) {
      case 1: pack_block<1>(g, step, from, panel); break;
      case 2: pack_block<2>(g, step, from, panel); break;
      case 3: pack_block<3>(g, step, from, panel); break;
      case 4: pack_block<4>(g, step, from, panel); break;
      case 5: pack_block<5>(g, step, from, panel); break;
      default: pack_block<6>(g, step, from, panel); break;
    }
  }
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {
HWY_EXPORT(pack_blocks);

void pack_panels(const Gather &gather, const float *weights, float *panels) {
  if (gather.kept.empty()) return HWY_DYNAMIC_DISPATCH(pack_blocks)(gather, weights, panels);
  for (std::size_t i = 0; i < gather.weight.size(); ++i) panels[i] = weights[gather.weight[i]];
}

}  // namespace nac::fw::fused
#endif
