// SPDX-License-Identifier: Apache-2.0
// The kernel of forward passes and of input gradients: sums of a block of results in registers, for one position and a
// few vectors of lanes at a time.
#include "fused/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/product_gather_run.cpp"
#include <hwy/foreach_target.h>
// Highway is included behind its own header that repeats this file.
#include <hwy/highway.h>

#include <algorithm>

#include "fused/kernels/product_gather.hpp"
#include "fused/kernels/unroll.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));

/// A part of the work of which operand and result stay in the first-level cache.
struct Part {
  const Gather &gather;
  const float *operand, *panels;
  const Ending &ending;
  float *result;
  int first_position, end_position;
  int first_channel, end_channel;
};

/// Sums of Count results in Wide vectors of lanes each.
template <int Count, int Wide>
struct Sums {
  V sum[Count][Wide];

  HWY_INLINE void clear() {
    NAC_UNROLL for (int r = 0; r < Count; ++r) NAC_UNROLL for (int v = 0; v < Wide; ++v) sum[r][v] = hn::Zero(D());
  }
  HWY_INLINE void start(const float *bias) {
    NAC_UNROLL for (int r = 0; r < Count; ++r) NAC_UNROLL for (int v = 0; v < Wide; ++v) sum[r][v] =
        hn::Set(D(), bias[r]);
  }
  HWY_INLINE void load(const float *from, std::ptrdiff_t step) {
    NAC_UNROLL for (int r = 0; r < Count; ++r) NAC_UNROLL for (int v = 0; v < Wide; ++v) sum[r][v] =
        hn::Load(D(), from + r * step + v * kLanes);
  }
  HWY_INLINE void store(float *to, std::ptrdiff_t step) const {
    NAC_UNROLL for (int r = 0; r < Count; ++r) NAC_UNROLL for (int v = 0; v < Wide; ++v)
        hn::Store(sum[r][v], D(), to + r * step + v * kLanes);
  }
  HWY_INLINE void add(const float *row, const float *weights) {
    V x[Wide];
    NAC_UNROLL for (int v = 0; v < Wide; ++v) x[v] = hn::Load(D(), row + v * kLanes);
    NAC_UNROLL for (int r = 0; r < Count; ++r) {
      V w = hn::Set(D(), weights[r]);
      NAC_UNROLL for (int v = 0; v < Wide; ++v) sum[r][v] = hn::MulAdd(w, x[v], sum[r][v]);
    }
  }
  HWY_INLINE void add(const Sums &other) {
    NAC_UNROLL for (int r = 0; r < Count; ++r) NAC_UNROLL for (int v = 0; v < Wide; ++v) sum[r][v] =
        hn::Add(sum[r][v], other.sum[r][v]);
  }
  HWY_INLINE void finish(const Ending &ending) {
    if (ending.kind == Ending::Kind::none) return;
    V zero = hn::Zero(D()), slope = hn::Set(D(), ending.kind == Ending::Kind::relu ? 0.0f : ending.slope);
    NAC_UNROLL for (int r = 0; r < Count; ++r) NAC_UNROLL for (int v = 0; v < Wide; ++v) sum[r][v] =
        hn::MulAdd(slope, hn::Min(sum[r][v], zero), hn::Max(sum[r][v], zero));
  }
};

template <int Count, int Wide, bool Listed>
void run_block(const Part &part, const Gather::Block &block) {
  const Gather &g = part.gather;
  const float *operand = part.operand + block.operand, *panel = part.panels + block.panel;
  const std::ptrdiff_t step = g.operand_step, result_step = g.result_step;
  // Lists of this part's taps; the panel's weights lie in their order.
  const int *kept = Listed ? g.kept.data() + block.lists + part.first_channel / g.part * g.taps : nullptr;
  const int before = Listed ? g.kept[static_cast<std::size_t>(block.lists)] : 0;
  // A sum takes a term only when the one before it is done: so few sums would wait for each other.
  constexpr bool kTwice = Count * Wide <= 4;
  const bool starts = part.first_channel == 0, ends = part.end_channel == g.channels;
  for (int p = part.first_position; p < part.end_position; ++p) {
    const Gather::Source *begin = g.sources.data() + g.first[static_cast<std::size_t>(p)];
    const Gather::Source *end = g.sources.data() + g.first[static_cast<std::size_t>(p) + 1];
    float *result = part.result + block.result * result_step + static_cast<std::ptrdiff_t>(p) * g.position_step;
    for (int lane = 0; lane < g.width; lane += Wide * kLanes) {
      Sums<Count, Wide> sums;
      if (!starts || part.ending.add)
        sums.load(result + lane, result_step);
      else if (part.ending.bias != nullptr)
        sums.start(part.ending.bias + block.result);
      else
        sums.clear();
      Sums<kTwice ? Count : 1, kTwice ? Wide : 1> odd;
      odd.clear();
      for (const Gather::Source *source = begin; source != end; ++source) {
        const float *row = operand + source->offset + lane;
        if constexpr (Listed) {
          const int32_t *at = g.offsets.data() + kept[source->tap], *last = g.offsets.data() + kept[source->tap + 1];
          const float *weights = panel + static_cast<std::ptrdiff_t>(kept[source->tap] - before) * Count;
          if constexpr (kTwice)
            for (; last - at >= 2; at += 2, weights += 2 * Count) {
              sums.add(row + at[0], weights);
              odd.add(row + at[1], weights + Count);
            }
          for (; at != last; ++at, weights += Count) sums.add(row + *at, weights);
        } else {
          const float *weights =
              panel + (static_cast<std::ptrdiff_t>(source->tap) * g.channels + part.first_channel) * Count;
          const float *last = weights + static_cast<std::ptrdiff_t>(part.end_channel - part.first_channel) * Count;
          row += part.first_channel * step;
          if constexpr (kTwice)
            for (; last - weights >= 2 * Count; row += 2 * step, weights += 2 * Count) {
              sums.add(row, weights);
              odd.add(row + step, weights + Count);
            }
          for (; weights != last; row += step, weights += Count) sums.add(row, weights);
        }
      }
      if constexpr (kTwice) sums.add(odd);
      if (ends) sums.finish(part.ending);
      sums.store(result + lane, result_step);
    }
  }
}

template <int Count, int Wide>
void run_block(const Part &part, const Gather::Block &block) {
  part.gather.kept.empty() ? run_block<Count, Wide, false>(part, block) : run_block<Count, Wide, true>(part, block);
}

/// As many vectors as fill the registers: 32 of them with vectors of 16 floats, otherwise 16.
template <int Count>
void run_block(const Part &part, const Gather::Block &block) {
  constexpr int kMost = kLanes >= 16 || Count <= 3 ? 4 : 2;
  if (part.gather.width % (kMost * kLanes) == 0)
    run_block<Count, kMost>(part, block);
  else
    run_block<Count, 2>(part, block);
}

void run_blocks(const Part &part) {
  for (const Gather::Block &block : part.gather.blocks) switch (block.count) {
      case 1: run_block<1>(part, block); break;
      case 2: run_block<2>(part, block); break;
      case 3: run_block<3>(part, block); break;
      case 4: run_block<4>(part, block); break;
      case 5: run_block<5>(part, block); break;
      default: run_block<6>(part, block); break;
    }
}

/// All blocks read the rows of a part, which is small enough that they find them in the first-level cache.
void run_parts(const Gather &gather, const float *operand, const float *panels, const Ending &ending, float *result) {
  const int rows = std::max(1, Gather::kPartFloats / gather.width);
  const int positions = std::max(1, rows / (gather.part * gather.taps));
  for (int p = 0; p < gather.positions; p += positions)
    for (int c = 0; c < gather.channels; c += gather.part)
      run_blocks({gather, operand, panels, ending, result, p, std::min(p + positions, gather.positions), c,
                  std::min(c + gather.part, gather.channels)});
}

}  // namespace HWY_NAMESPACE
}  // namespace nac::fw::fused
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {
HWY_EXPORT(run_parts);

void run_gather(const Gather &gather, const float *operand, const float *panels, const Ending &ending, float *result) {
  HWY_DYNAMIC_DISPATCH(run_parts)(gather, operand, panels, ending, result);
}

}  // namespace nac::fw::fused
#endif
