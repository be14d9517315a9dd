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
namespace nac::fw::fused {

HWY_EXPORT(pointwise_backward);
HWY_EXPORT(backward_and_sums);
HWY_EXPORT(gradient_of_result);

void Pointwise::backward(const float *x, const float *dy, float *dv, float *sum, double *scale_gradient,
                         int width) const {
  if (grid != nullptr && scale_gradient != nullptr && in_one_pass(*this)) {
    *scale_gradient += backward_with_scale(*this, x, dy, dv, sum, width);
    return;
  }
  if (grid != nullptr && scale_gradient != nullptr) *scale_gradient += gradient_of_scale(*this, x, dy, width);
  HWY_DYNAMIC_DISPATCH(pointwise_backward)(*this, x, dy, dv, sum, width);
}

void Pointwise::backward_with_sums(const float *x, const float *dy, float *dv, const float *mean, const float *inverse,
                                   double *sum, double *product, double *scale_gradient, int width) const {
  if (grid != nullptr && scale_gradient != nullptr && in_one_pass(*this)) {
    *scale_gradient += backward_with_sums_and_scale(*this, x, dy, dv, {mean, inverse, sum, product}, width);
    return;
  }
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
