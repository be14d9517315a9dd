// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/fold.hpp"

#include "fused/kernels/targets.hpp"
// Highway compiles this file once for each target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/fold.cpp"
#include <hwy/foreach_target.h>

#include <algorithm>
#include <limits>

#include "fixed/training/rounding.hpp"
#include "fused/kernels/pointwise_dispatch.hpp"
#include "fused/kernels/whole-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {

/// The lanes of one channel, or of as many channels.
template <class D>
struct Channels {
  hn::Vec<D> factor, inverse, scale;
};

template <Rounding mode, class D>
HWY_INLINE void fold_lanes(D d, const WeightArrays &in, const Channels<D> &c, double lowest, double highest,
                           std::size_t i, float *out) {
  const hn::Rebind<float, D> f;
  auto w = hn::LoadU(f, in.weight + i);
  if (in.mask != nullptr) w = hn::Mul(w, hn::LoadU(f, in.mask + i));
  if (in.factor != nullptr) w = hn::DemoteTo(f, hn::Mul(hn::PromoteTo(d, w), c.factor));
  // A subnormal number counts as 0.
  w = hn::IfThenZeroElse(hn::Lt(hn::Abs(w), hn::Set(f, std::numeric_limits<float>::min())), w);
  const auto n = whole<mode>(d, hn::Mul(hn::PromoteTo(d, w), c.inverse), lowest, highest);
  hn::StoreU(hn::DemoteTo(f, hn::Mul(n, c.scale)), f, out + i);
}

struct Folding {
  const WeightArrays &in;
  const WeightLayout &layout;
  const FoldGrid &grid;
  float *out;

  /// Channels lie one behind the other.
  template <Rounding mode, class D>
  HWY_INLINE std::size_t over_channels(D d, std::size_t first, std::size_t c) const {
    const auto lowest = static_cast<double>(grid.type.lowest()), highest = static_cast<double>(grid.type.highest());
    for (; c + hn::Lanes(d) <= layout.channels; c += hn::Lanes(d)) {
      const Channels<D> own{in.factor != nullptr ? hn::LoadU(d, in.factor + c) : hn::Zero(d),
                            hn::LoadU(d, grid.inverse + c), hn::LoadU(d, grid.scale + c)};
      fold_lanes<mode>(d, in, own, lowest, highest, first + c, out);
    }
    return c;
  }
  /// From `i` on as far as whole vectors of channel `c` go.
  template <Rounding mode, class D>
  HWY_INLINE std::size_t within(D d, std::size_t i, std::size_t end, std::size_t c) const {
    const auto lowest = static_cast<double>(grid.type.lowest()), highest = static_cast<double>(grid.type.highest());
    const Channels<D> own{hn::Set(d, in.factor != nullptr ? in.factor[c] : 0), hn::Set(d, grid.inverse[c]),
                          hn::Set(d, grid.scale[c])};
    for (; i + hn::Lanes(d) <= end; i += hn::Lanes(d)) fold_lanes<mode>(d, in, own, lowest, highest, i, out);
    return i;
  }

  template <Rounding mode>
  void operator()() const {
    const hn::ScalableTag<double> d;
    const hn::CappedTag<double, 1> one;
    if (layout.inner == 1) {
      for (std::size_t first = 0; first < layout.count; first += layout.channels)
        over_channels<mode>(one, first, over_channels<mode>(d, first, 0));
      return;
    }
    for (std::size_t i = 0; i < layout.count;)
      for (std::size_t c = 0; c < layout.channels; ++c) {
        const std::size_t end = i + layout.inner;
        i = within<mode>(one, within<mode>(d, i, end, c), end, c);
      }
  }
};

}  // namespace

void fold_all(const WeightArrays &in, const WeightLayout &layout, const FoldGrid &grid, float *out) {
  with_rounding(grid.type.rounding, Folding{in, layout, grid, out});
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(fold_all);

bool folds_in_doubles(const QuantType &type) { return rounds_in<double>(type); }

void fold_to_grid(const WeightArrays &in, const WeightLayout &layout, const FoldGrid &grid, float *out) {
  HWY_DYNAMIC_DISPATCH(fold_all)(in, layout, grid, out);
}

}  // namespace nac::fw::fused
#endif
