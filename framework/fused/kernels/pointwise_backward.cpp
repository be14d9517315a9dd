// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/targets.hpp"
// Highway compiles this file once for each target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/pointwise_backward.cpp"
#include <hwy/foreach_target.h>

#include "fused/kernels/pointwise-inl.hpp"
#include "fused/kernels/pointwise_dispatch.hpp"
#include "fused/kernels/pointwise_grid.hpp"

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

void gradient_of_result(const ChannelRows &rows, Activation activation, float slope, const float *y, const float *dy,
                        float *dv, float *sum, int width) {
  with_activation(activation, FromResult{rows, slope, y, dy, dv, sum, width});
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(pointwise_backward);
HWY_EXPORT(gradient_of_result);

void Pointwise::backward(const float *x, const float *dy, float *dv, float *sum, double *scale_gradient,
                         int width) const {
  if (grid != nullptr && scale_gradient != nullptr) *scale_gradient += gradient_of_scale(*this, x, dy, width);
  HWY_DYNAMIC_DISPATCH(pointwise_backward)(*this, x, dy, dv, sum, width);
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
