// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/targets.hpp"
// Highway compiles this file once for each target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/pointwise_backward.cpp"
#include <hwy/foreach_target.h>

#include "fused/kernels/pointwise-inl.hpp"
#include "fused/kernels/pointwise_dispatch.hpp"
#include "fused/kernels/pointwise_grid-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {

/// dv from x and dy.
template <bool affine, Activation kind, bool inside>
struct Step {
  float scale, shift, slope;
  GridInside range;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V x, V dy) const {
    const V v = affine_of<affine>(d, x, scale, shift);
    V a = v;
    if constexpr (inside || kind == Activation::sigmoid || kind == Activation::tanh) a = activated<kind>(d, v, slope);
    V dv = through_activation<kind>(d, v, a, dy, slope);
    if constexpr (inside) {
      const auto taken = hn::And(hn::Ge(a, hn::Set(d, range.lowest)), hn::Le(a, hn::Set(d, range.highest)));
      dv = hn::IfThenElseZero(taken, dv);
    }
    return dv;
  }
};

/// The same where x is the activation's result.
template <Activation kind>
struct ResultStep {
  float slope;
  template <class D, class V>
  HWY_INLINE V operator()(D d, V y, V dy) const {
    return through_activation<kind>(d, y, y, dy, slope);
  }
};

template <bool affine, Activation kind, bool inside>
void run(const Pointwise &p, const float *x, const float *dy, float *dv, float *sum, int width) {
  Step<affine, kind, inside> step{1, 0, p.slope, {0, 0}};
  if constexpr (inside) step.range = grid_inside(*p.grid);
  if (!affine && sum == nullptr) {
    zip_lanes(x, dy, dv, static_cast<std::size_t>(p.rows.rows()) * width, step);
    return;
  }
  const std::size_t block = static_cast<std::size_t>(p.rows.inner) * width;
  for (int o = 0; o < p.rows.outer; ++o)
    for (int c = 0; c < p.rows.channels; ++c, x += block, dy += block, dv += block) {
      if constexpr (affine) {
        step.scale = p.scale[c];
        step.shift = p.shift[c];
      }
      const float total = zip_lanes(x, dy, dv, block, step);
      if (sum != nullptr) sum[c] += total;
    }
}

/// The gradients of values and scale in one pass; returns the latter in units of x. See pointwise_scale.cpp, too.
template <bool affine, Activation kind, Rounding mode>
double run_with_scale(const Pointwise &p, const float *x, const float *dy, float *dv, float *sum, int width) {
  constexpr std::size_t kBlock = 2048;  // floats, summed in single precision
  const Floats d;
  const std::size_t n = hn::Lanes(d);
  const GridFloats grid = grid_floats(*p.grid);
  const GridInside range = grid_inside(*p.grid);
  const auto lowest = hn::Set(d, range.lowest), highest = hn::Set(d, range.highest);
  const bool channels = affine || sum != nullptr;
  const std::size_t all = static_cast<std::size_t>(p.rows.rows()) * width;
  const std::size_t block = channels ? static_cast<std::size_t>(p.rows.inner) * width : all;
  auto even = hn::Zero(d), odd = even;
  std::size_t since = 0;
  double total = 0;
  int c = 0;
  for (std::size_t first = 0; first < all; first += block, c = c + 1 < p.rows.channels ? c + 1 : 0) {
    const float scale = affine ? p.scale[c] : 1, shift = affine ? p.shift[c] : 0;
    auto s0 = hn::Zero(d), s1 = s0;
    const auto step = [&](std::size_t i, auto &of_values, auto &of_scale) HWY_ATTR {
      const auto v = affine_of<affine>(d, hn::Load(d, x + i), scale, shift), g = hn::Load(d, dy + i);
      const auto a = activated<kind>(d, v, p.slope);
      const auto inside = hn::And(hn::Ge(a, lowest), hn::Le(a, highest));
      const auto result = hn::IfThenElseZero(inside, through_activation<kind>(d, v, a, g, p.slope));
      hn::Store(result, d, dv + i);
      of_values = hn::Add(of_values, result);
      of_scale = hn::Add(of_scale, hn::Mul(g, hn::Sub(on_grid<mode>(d, a, grid), hn::IfThenElseZero(inside, a))));
    };
    for (std::size_t i = first; i < first + block; i += 2 * n) {
      step(i, s0, even);
      step(i + n, s1, odd);
      since += 2 * n;
      if (since < kBlock) continue;
      total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd))));
      even = odd = hn::Zero(d);
      since = 0;
    }
    if (sum != nullptr) sum[c] += hn::GetLane(hn::SumOfLanes(d, hn::Add(s0, s1)));
  }
  return total + static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(even, odd))));
}

/// Where the sums of a batch normalization's gradient go, by channel.
struct NormSums {
  const float *mean, *inverse;
  double *sum, *product;
};

/// dv = step(x, dy) over `count` floats of one channel, and its sums.
template <class Step>
void zip_with_sums(const float *x, const float *dy, float *dv, std::size_t count, const Step &step,
                   const NormSums &sums, int c) {
  const Floats d;
  const std::size_t n = hn::Lanes(d);
  const auto center = hn::Set(d, sums.mean[c]);
  auto s0 = hn::Zero(d), s1 = s0, p0 = s0, p1 = s0;
  for (std::size_t i = 0; i < count; i += 2 * n) {
    const auto x0 = hn::Load(d, x + i), x1 = hn::Load(d, x + i + n);
    const auto g0 = step(d, x0, hn::Load(d, dy + i)), g1 = step(d, x1, hn::Load(d, dy + i + n));
    hn::Store(g0, d, dv + i);
    hn::Store(g1, d, dv + i + n);
    s0 = hn::Add(s0, g0);
    s1 = hn::Add(s1, g1);
    p0 = hn::MulAdd(g0, hn::Sub(x0, center), p0);
    p1 = hn::MulAdd(g1, hn::Sub(x1, center), p1);
  }
  sums.sum[c] += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(s0, s1))));
  sums.product[c] +=
      static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(p0, p1)))) * static_cast<double>(sums.inverse[c]);
}

struct BackwardWithSums {
  const Pointwise &p;
  const float *x, *dy;
  float *dv;
  const NormSums &sums;
  int width;
  template <Activation kind>
  void operator()() const {
    p.grid != nullptr ? run_kind<kind, true>() : run_kind<kind, false>();
  }
  template <Activation kind, bool inside>
  void run_kind() const {
    Step<true, kind, inside> step{1, 0, p.slope, {0, 0}};
    if constexpr (inside) step.range = grid_inside(*p.grid);
    const std::size_t block = static_cast<std::size_t>(p.rows.inner) * width;
    std::size_t at = 0;
    for (int o = 0; o < p.rows.outer; ++o)
      for (int c = 0; c < p.rows.channels; ++c, at += block) {
        step.scale = p.scale[c];
        step.shift = p.shift[c];
        zip_with_sums(x + at, dy + at, dv + at, block, step, sums, c);
      }
  }
};

struct Backward {
  const Pointwise &p;
  const float *x, *dy;
  float *dv, *sum;
  int width;
  template <Activation kind>
  void operator()() const {
    if (p.scale != nullptr)
      p.grid != nullptr ? run<true, kind, true>(p, x, dy, dv, sum, width)
                        : run<true, kind, false>(p, x, dy, dv, sum, width);
    else
      p.grid != nullptr ? run<false, kind, true>(p, x, dy, dv, sum, width)
                        : run<false, kind, false>(p, x, dy, dv, sum, width);
  }
};

template <bool affine, Rounding mode>
double with_scale(const Pointwise &p, const float *x, const float *dy, float *dv, float *sum, int width) {
  if (p.activation == Activation::relu) return run_with_scale<affine, Activation::relu, mode>(p, x, dy, dv, sum, width);
  if (p.activation == Activation::leaky_relu)
    return run_with_scale<affine, Activation::leaky_relu, mode>(p, x, dy, dv, sum, width);
  return run_with_scale<affine, Activation::none, mode>(p, x, dy, dv, sum, width);
}

template <Rounding mode>
double with_scale(const Pointwise &p, const float *x, const float *dy, float *dv, float *sum, int width) {
  return p.scale != nullptr ? with_scale<true, mode>(p, x, dy, dv, sum, width)
                            : with_scale<false, mode>(p, x, dy, dv, sum, width);
}

struct FromResult {
  const ChannelRows &rows;
  float slope;
  const float *y, *dy;
  float *dv, *sum;
  int width;
  template <Activation kind>
  void operator()() const {
    const ResultStep<kind> step{slope};
    const std::size_t block = static_cast<std::size_t>(rows.inner) * width;
    if (sum == nullptr) {
      zip_lanes(y, dy, dv, block * rows.outer * rows.channels, step);
      return;
    }
    std::size_t at = 0;
    for (int o = 0; o < rows.outer; ++o)
      for (int c = 0; c < rows.channels; ++c, at += block) sum[c] += zip_lanes(y + at, dy + at, dv + at, block, step);
  }
};

}  // namespace

void pointwise_backward(const Pointwise &p, const float *x, const float *dy, float *dv, float *sum, int width) {
  with_activation(p.activation, Backward{p, x, dy, dv, sum, width});
}

double pointwise_backward_with_scale(const Pointwise &p, const float *x, const float *dy, float *dv, float *sum,
                                     int width) {
  switch (p.grid->type.rounding) {
    case Rounding::rnd: return with_scale<Rounding::rnd>(p, x, dy, dv, sum, width);
    case Rounding::rnd_conv: return with_scale<Rounding::rnd_conv>(p, x, dy, dv, sum, width);
    default: return with_scale<Rounding::trn>(p, x, dy, dv, sum, width);
  }
}

void backward_and_sums(const Pointwise &p, const float *x, const float *dy, float *dv, const float *mean,
                       const float *inverse, double *sum, double *product, int width) {
  const NormSums sums{mean, inverse, sum, product};
  with_activation(p.activation, BackwardWithSums{p, x, dy, dv, sums, width});
}

void gradient_of_result(const ChannelRows &rows, Activation activation, float slope, const float *y, const float *dy,
                        float *dv, float *sum, int width) {
  with_activation(activation, FromResult{rows, slope, y, dy, dv, sum, width});
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>

namespace nac::fw::fused {
namespace {

/// What quantizers mostly are; the rest takes two passes.
bool in_one_pass(const Pointwise &p) {
  const Rounding mode = p.grid->type.rounding;
  return (p.activation == Activation::none || p.activation == Activation::relu ||
          p.activation == Activation::leaky_relu) &&
         rounds_in_floats(*p.grid) && (mode == Rounding::trn || mode == Rounding::rnd || mode == Rounding::rnd_conv);
}

}  // namespace

HWY_EXPORT(pointwise_backward);
HWY_EXPORT(pointwise_backward_with_scale);
HWY_EXPORT(backward_and_sums);
HWY_EXPORT(gradient_of_result);

void Pointwise::backward(const float *x, const float *dy, float *dv, float *sum, double *scale_gradient,
                         int width) const {
  if (grid != nullptr && scale_gradient != nullptr && in_one_pass(*this)) {
    const double steps = HWY_DYNAMIC_DISPATCH(pointwise_backward_with_scale)(*this, x, dy, dv, sum, width);
    *scale_gradient += std::ldexp(steps, grid->fraction);
    return;
  }
  if (grid != nullptr && scale_gradient != nullptr) *scale_gradient += gradient_of_scale(*this, x, dy, width);
  HWY_DYNAMIC_DISPATCH(pointwise_backward)(*this, x, dy, dv, sum, width);
}

void Pointwise::backward_with_sums(const float *x, const float *dy, float *dv, const float *mean, const float *inverse,
                                   double *sum, double *product, double *scale_gradient, int width) const {
  if (grid != nullptr && scale_gradient != nullptr) *scale_gradient += gradient_of_scale(*this, x, dy, width);
  HWY_DYNAMIC_DISPATCH(backward_and_sums)(*this, x, dy, dv, mean, inverse, sum, product, width);
}

bool gradient_from_result(Activation activation, float slope) {
  return activation != Activation::gelu && (activation != Activation::leaky_relu || slope > 0);
}

void activation_gradient(const ChannelRows &rows, Activation activation, float slope, const float *y, const float *dy,
                         float *dv, float *sum, int width) {
  HWY_DYNAMIC_DISPATCH(gradient_of_result)(rows, activation, slope, y, dy, dv, sum, width);
}

}  // namespace nac::fw::fused
#endif
