// SPDX-License-Identifier: Apache-2.0
// The gradients of values and of a quantizer's scale in one pass, for the quantizers that networks mostly have.
#include "fused/kernels/targets.hpp"
// Highway compiles this file once for each target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/pointwise_scale_pass.cpp"
#include <hwy/foreach_target.h>

#include <algorithm>

#include "fused/kernels/pointwise-inl.hpp"
#include "fused/kernels/pointwise_dispatch.hpp"
#include "fused/kernels/pointwise_grid-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {

struct Pass {
  const Pointwise &p;
  const float *x, *dy;
  float *dv;
  float *sum;            ///< null: none
  const NormSums *norm;  ///< null: none
  int width;
};

/// dv from x and dy; adds dy * (n - x / scale) inside of the type and dy * n outside to `steps`.
template <bool affine, Activation kind, Rounding mode>
struct Step {
  float scale, shift, slope;
  GridFloats grid;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x, V dy, V &steps) const {
    const V v = affine_of<affine>(d, x, scale, shift), a = activated<kind>(d, v, slope);
    const V all = rounded<mode>(d, a, grid), n = clamped(d, all, grid);
    const auto inside = hn::Eq(all, n);
    const V exact = hn::IfThenElseZero(inside, hn::Mul(a, hn::Set(d, grid.inverse)));
    steps = hn::MulAdd(dy, hn::Sub(n, exact), steps);
    return hn::IfThenElseZero(inside, through_activation<kind>(d, v, a, dy, slope));
  }
};

/// Two sums of single precision, which go to one of double precision before they lose digits.
class StepSum {
 public:
  static constexpr std::size_t kBlock = 2048;  // floats

  FloatVector even, odd;

  StepSum() : even(hn::Zero(Floats())), odd(hn::Zero(Floats())) {}
  /// How many floats may follow.
  std::size_t room() const { return kBlock - since_; }
  void added(std::size_t count) {
    since_ += count;
    if (since_ == kBlock) close();
  }
  double close() {
    total_ += static_cast<double>(hn::GetLane(hn::SumOfLanes(Floats(), hn::Add(even, odd))));
    even = odd = hn::Zero(Floats());
    since_ = 0;
    return total_;
  }

 private:
  std::size_t since_ = 0;
  double total_ = 0;
};

/// `count` floats of one channel.
template <bool norm, class Step>
HWY_INLINE void channel(const Pass &pass, const Step &step, std::size_t first, std::size_t count, int c,
                        StepSum &steps) {
  const Floats d;
  const std::size_t n = hn::Lanes(d);
  const auto center = hn::Set(d, norm ? pass.norm->mean[c] : 0);
  auto s0 = hn::Zero(d), s1 = s0, p0 = s0, p1 = s0;
  for (std::size_t i = first, end = first + count; i < end;) {
    const std::size_t part = std::min(steps.room(), end - i);
    auto even = steps.even, odd = steps.odd;
    for (const std::size_t stop = i + part; i < stop; i += 2 * n) {
      const auto x0 = hn::Load(d, pass.x + i), x1 = hn::Load(d, pass.x + i + n);
      const auto g0 = step(d, x0, hn::Load(d, pass.dy + i), even), g1 = step(d, x1, hn::Load(d, pass.dy + i + n), odd);
      hn::Store(g0, d, pass.dv + i);
      hn::Store(g1, d, pass.dv + i + n);
      s0 = hn::Add(s0, g0);
      s1 = hn::Add(s1, g1);
      if constexpr (norm) {
        p0 = hn::MulAdd(g0, hn::Sub(x0, center), p0);
        p1 = hn::MulAdd(g1, hn::Sub(x1, center), p1);
      }
    }
    steps.even = even;
    steps.odd = odd;
    steps.added(part);
  }
  if (!norm && pass.sum == nullptr) return;
  const float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(s0, s1)));
  if constexpr (norm) {
    pass.norm->sum[c] += static_cast<double>(sum);
    pass.norm->product[c] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(p0, p1)))) *
                             static_cast<double>(pass.norm->inverse[c]);
  } else {
    pass.sum[c] += sum;
  }
}

template <bool affine, bool norm, Activation kind, Rounding mode>
double run(const Pass &pass) {
  const Pointwise &p = pass.p;
  Step<affine, kind, mode> step{1, 0, p.slope, grid_floats(*p.grid)};
  const bool channels = affine || norm || pass.sum != nullptr;
  const std::size_t all = static_cast<std::size_t>(p.rows.rows()) * pass.width;
  const std::size_t block = channels ? static_cast<std::size_t>(p.rows.inner) * pass.width : all;
  StepSum steps;
  int c = 0;
  for (std::size_t first = 0; first < all; first += block, c = c + 1 < p.rows.channels ? c + 1 : 0) {
    if constexpr (affine) {
      step.scale = p.scale[c];
      step.shift = p.shift[c];
    }
    channel<norm>(pass, step, first, block, c, steps);
  }
  return steps.close();
}

template <Activation kind, Rounding mode>
double run(const Pass &pass) {
  // Sums of a batch normalization are taken where it is applied.
  if (pass.norm != nullptr) return run<true, true, kind, mode>(pass);
  return pass.p.scale != nullptr ? run<true, false, kind, mode>(pass) : run<false, false, kind, mode>(pass);
}

template <Rounding mode>
double run(const Pass &pass) {
  if (pass.p.activation == Activation::relu) return run<Activation::relu, mode>(pass);
  if (pass.p.activation == Activation::leaky_relu) return run<Activation::leaky_relu, mode>(pass);
  return run<Activation::none, mode>(pass);
}

}  // namespace

double pass_with_scale(const Pointwise &p, const float *x, const float *dy, float *dv, float *sum, const NormSums *norm,
                       int width) {
  const Pass pass{p, x, dy, dv, sum, norm, width};
  switch (p.grid->type.rounding) {
    case Rounding::rnd: return run<Rounding::rnd>(pass);
    case Rounding::rnd_conv: return run<Rounding::rnd_conv>(pass);
    default: return run<Rounding::trn>(pass);
  }
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(pass_with_scale);

bool in_one_pass(const Pointwise &p) {
  const Rounding mode = p.grid->type.rounding;
  return (p.activation == Activation::none || p.activation == Activation::relu ||
          p.activation == Activation::leaky_relu) &&
         rounds_in_floats(*p.grid) && (mode == Rounding::trn || mode == Rounding::rnd || mode == Rounding::rnd_conv);
}

double backward_with_scale(const Pointwise &p, const float *x, const float *dy, float *dv, float *sum, int width) {
  return HWY_DYNAMIC_DISPATCH(pass_with_scale)(p, x, dy, dv, sum, nullptr, width);
}

double backward_with_sums_and_scale(const Pointwise &p, const float *x, const float *dy, float *dv,
                                    const NormSums &sums, int width) {
  return HWY_DYNAMIC_DISPATCH(pass_with_scale)(p, x, dy, dv, nullptr, &sums, width);
}

}  // namespace nac::fw::fused
#endif
