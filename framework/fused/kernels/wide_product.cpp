// SPDX-License-Identifier: Apache-2.0
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/wide_product.cpp"
#include "fused/kernels/targets.hpp"
// Highway's order: the targets first, then what each is compiled with.
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "fixed/training/quantizer_loops.hpp"
#include "fixed/training/rounding.hpp"
#include "fused/kernels/whole-inl.hpp"
#include "fused/kernels/wide_product.hpp"

#ifndef NAC_FUSED_WIDE_PRODUCT
#define NAC_FUSED_WIDE_PRODUCT
namespace nac::fw::fused {

/// Output channels that are computed at once, which packed weights keep together; the last ones are filled up with 0.
constexpr int kWideBlock = 4;

/// One block of output channels at one position.
struct WideBlock {
  struct Run {
    const float *x;         ///< first channel
    const double *weights;  ///< kWideBlock for each channel
  };
  const Run *runs;  ///< one per tap
  int run_count, channels, channels_kept, width;
  std::ptrdiff_t x_stride;  ///< floats from channel to channel
  const double *bias;       ///< of the block; null: none
  const WideResult *result;
  std::ptrdiff_t y_stride;  ///< floats from an output channel to the next
  float *z, *y;
  double *wide;  ///< null: not wanted
};

}  // namespace nac::fw::fused
#endif

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::ScalableTag<double>;
using Vector = hn::Vec<Doubles>;

template <Rounding mode>
HWY_INLINE Vector rounded_lanes(Vector x, const RoundingRange<double> &range) {
  const Doubles d;
  const Vector n = whole<mode>(d, hn::Mul(x, hn::Set(d, range.inverse)), range.lowest, range.highest);
  return hn::Mul(n, hn::Set(d, range.scale));
}

/// The quantizer of a result, or none.
struct NoGrid {
  HWY_INLINE void store(Vector a, float *y) const {
    const Doubles d;
    const hn::Rebind<float, Doubles> f;
    hn::Store(hn::DemoteTo(f, a), f, y);
    (void)d;
  }
};

template <Rounding mode>
struct LaneGrid {
  RoundingRange<double> range;
  HWY_INLINE void store(Vector a, float *y) const { NoGrid().store(rounded_lanes<mode>(a, range), y); }
};

/// For types that wrap or are too wide for the way above.
struct SlowGrid {
  const GridStep &grid;
  HWY_INLINE void store(Vector a, float *y) const {
    const Doubles d;
    HWY_ALIGN double lanes[hn::MaxLanes(d)];
    hn::Store(a, d, lanes);
    quantize_values(lanes, y, hn::Lanes(d), grid.fraction, grid.type);
  }
};

HWY_INLINE Vector activated(const WideResult &result, Vector v) {
  const Doubles d;
  if (result.activation == Activation::none) return v;
  const Vector low =
      result.activation == Activation::relu ? hn::Zero(d) : hn::Mul(v, hn::Set(d, static_cast<double>(result.slope)));
  return hn::IfThenElse(hn::Lt(v, hn::Zero(d)), low, v);
}

template <class Grid>
HWY_INLINE void finish(const WideBlock &b, const Grid &grid, int channel, int lane, Vector sum) {
  if (channel >= b.channels_kept) return;
  const std::ptrdiff_t at = channel * b.y_stride + lane;
  if (b.z != nullptr) NoGrid().store(sum, b.z + at);
  const Vector a = activated(*b.result, sum);
  if (b.wide != nullptr) hn::StoreU(a, Doubles(), b.wide + at);
  grid.store(a, b.y + at);
}

template <class Grid>
void block_on(const WideBlock &b, const Grid &grid) {
  static_assert(kWideBlock == 4);
  const Doubles d;
  const hn::Rebind<float, Doubles> f;
  const auto lanes = static_cast<int>(hn::Lanes(d));
  const auto start = [&](int channel) HWY_ATTR { return hn::Set(d, b.bias != nullptr ? b.bias[channel] : 0.0); };
  for (int lane = 0; lane < b.width; lane += 2 * lanes) {
    Vector a0 = start(0), a1 = start(1), a2 = start(2), a3 = start(3), c0 = a0, c1 = a1, c2 = a2, c3 = a3;
    for (int r = 0; r < b.run_count; ++r) {
      const float *x = b.runs[r].x + lane;
      const double *w = b.runs[r].weights;
      for (int c = 0; c < b.channels; ++c, x += b.x_stride, w += kWideBlock) {
        const Vector u = hn::PromoteTo(d, hn::Load(f, x)), v = hn::PromoteTo(d, hn::Load(f, x + lanes));
        const Vector w0 = hn::Set(d, w[0]), w1 = hn::Set(d, w[1]), w2 = hn::Set(d, w[2]), w3 = hn::Set(d, w[3]);
        a0 = hn::MulAdd(u, w0, a0), c0 = hn::MulAdd(v, w0, c0);
        a1 = hn::MulAdd(u, w1, a1), c1 = hn::MulAdd(v, w1, c1);
        a2 = hn::MulAdd(u, w2, a2), c2 = hn::MulAdd(v, w2, c2);
        a3 = hn::MulAdd(u, w3, a3), c3 = hn::MulAdd(v, w3, c3);
      }
    }
    finish(b, grid, 0, lane, a0), finish(b, grid, 0, lane + lanes, c0);
    finish(b, grid, 1, lane, a1), finish(b, grid, 1, lane + lanes, c1);
    finish(b, grid, 2, lane, a2), finish(b, grid, 2, lane + lanes, c2);
    finish(b, grid, 3, lane, a3), finish(b, grid, 3, lane + lanes, c3);
  }
}

void wide_block(const WideBlock &b) {
  const GridStep *grid = b.result->grid;
  if (grid == nullptr) {
    block_on(b, NoGrid());
  } else if (!rounds_in<double>(grid->type)) {
    block_on(b, SlowGrid{*grid});
  } else {
    const RoundingRange<double> range(grid->type, grid->fraction);
    switch (grid->type.rounding) {
      case Rounding::trn: return block_on(b, LaneGrid<Rounding::trn>{range});
      case Rounding::rnd: return block_on(b, LaneGrid<Rounding::rnd>{range});
      case Rounding::rnd_conv: return block_on(b, LaneGrid<Rounding::rnd_conv>{range});
      case Rounding::rnd_inf: return block_on(b, LaneGrid<Rounding::rnd_inf>{range});
      case Rounding::rnd_zero: return block_on(b, LaneGrid<Rounding::rnd_zero>{range});
      case Rounding::trn_zero: return block_on(b, LaneGrid<Rounding::trn_zero>{range});
      case Rounding::rnd_min_inf: return block_on(b, LaneGrid<Rounding::rnd_min_inf>{range});
      case Rounding::ceil: return block_on(b, LaneGrid<Rounding::ceil>{range});
      case Rounding::away: return block_on(b, LaneGrid<Rounding::away>{range});
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace nac::fw::fused
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>

#include "base/error.hpp"

namespace nac::fw::fused {

HWY_EXPORT(wide_block);

namespace {

int product_of(const std::vector<int> &factors) {
  int product = 1;
  for (const int f : factors) product *= f;
  return product;
}

int blocks_of(int channels) { return (channels + kWideBlock - 1) / kWideBlock; }

/// Counts up row-major; false: from the last to the first.
bool next(std::vector<int> &at, const std::vector<int> &extent) {
  for (std::size_t d = extent.size(); d-- > 0;) {
    if (++at[d] < extent[d]) return true;
    at[d] = 0;
  }
  return false;
}

}  // namespace

WideProduct::WideProduct(const ProductShape &shape, int width) : shape_(shape), width_(width) {
  const std::size_t dimensions = shape.extent.size();
  elements_ = product_of(shape.kernel);
  input_positions_ = product_of(shape.extent);
  std::vector<int> extent(dimensions);
  for (std::size_t d = 0; d < dimensions; ++d)
    extent[d] =
        (shape.extent[d] + shape.pad_begin[d] + shape.pad_end[d] - shape.dilation[d] * (shape.kernel[d] - 1) - 1) /
            shape.stride[d] +
        1;
  positions_ = product_of(extent);
  std::vector<int> at(dimensions, 0);
  do {
    first_.push_back(static_cast<int>(taps_.size()));
    std::vector<int> k(dimensions, 0);
    int element = 0;
    do {
      int position = 0;
      bool inside = true;
      for (std::size_t d = 0; d < dimensions; ++d) {
        const int i = at[d] * shape.stride[d] - shape.pad_begin[d] + k[d] * shape.dilation[d];
        inside = inside && i >= 0 && i < shape.extent[d];
        position = position * shape.extent[d] + i;
      }
      if (inside) taps_.push_back({element, position});
      ++element;
    } while (next(k, shape.kernel));
  } while (next(at, extent));
  first_.push_back(static_cast<int>(taps_.size()));
}

std::size_t WideProduct::packed() const {
  const int blocks = shape_.groups * blocks_of(shape_.out / shape_.groups);
  return static_cast<std::size_t>(blocks * kWideBlock) *
         static_cast<std::size_t>(shape_.in / shape_.groups * elements_);
}

void WideProduct::pack(const double *weights, double *packed) const {
  const int in = shape_.in / shape_.groups, out = shape_.out / shape_.groups, terms = in * elements_;
  for (int g = 0; g < shape_.groups; ++g)
    for (int first = 0; first < out; first += kWideBlock)
      for (int k = 0; k < elements_; ++k)
        for (int c = 0; c < in; ++c)
          for (int o = first; o < first + kWideBlock; ++o)
            *packed++ = o < out ? weights[static_cast<std::size_t>(g * out + o) * static_cast<std::size_t>(terms) +
                                          static_cast<std::size_t>(c * elements_ + k)]
                                : 0.0;
}

void WideProduct::forward(const float *x, const double *packed, const double *bias, const WideResult &result, float *z,
                          float *y) const {
  if (result.activation != Activation::none && result.activation != Activation::relu &&
      result.activation != Activation::leaky_relu)
    throw Error("a wide product applies no other activation than relu and leaky_relu", NAC_INTERNAL);
  const int in = shape_.in / shape_.groups, out = shape_.out / shape_.groups;
  const auto row = [&](int channel, int position, int channels, int positions) {
    return static_cast<std::ptrdiff_t>(shape_.channels_last ? position * channels + channel
                                                            : channel * positions + position) *
           width_;
  };
  std::vector<WideBlock::Run> runs(static_cast<std::size_t>(elements_));
  WideBlock block{};
  block.runs = runs.data(), block.channels = in, block.width = width_, block.result = &result;
  block.x_stride = row(1, 0, shape_.in, input_positions_);
  block.y_stride = row(1, 0, shape_.out, positions_);
  const auto kernel = HWY_DYNAMIC_DISPATCH(wide_block);
  for (int g = 0; g < shape_.groups; ++g)
    for (int first = 0; first < out; first += kWideBlock, packed += kWideBlock * in * elements_) {
      double biases[kWideBlock] = {};
      block.channels_kept = std::min(kWideBlock, out - first);
      if (bias != nullptr) std::copy_n(bias + g * out + first, block.channels_kept, biases);
      block.bias = bias != nullptr ? biases : nullptr;
      for (int p = 0; p < positions_; ++p) {
        const int begin = first_[static_cast<std::size_t>(p)];
        block.run_count = first_[static_cast<std::size_t>(p) + 1] - begin;
        for (int r = 0; r < block.run_count; ++r) {
          const Tap &tap = taps_[static_cast<std::size_t>(begin + r)];
          runs[static_cast<std::size_t>(r)] = {x + row(g * in, tap.position, shape_.in, input_positions_),
                                               packed + tap.element * in * kWideBlock};
        }
        const std::ptrdiff_t at = row(g * out + first, p, shape_.out, positions_);
        block.y = y + at;
        block.z = z != nullptr ? z + at : nullptr;
        block.wide = result.wide != nullptr ? result.wide + at : nullptr;
        kernel(block);
      }
    }
}

}  // namespace nac::fw::fused
#endif
