// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/softmax.hpp"

#include "fused/kernels/targets.hpp"
// Highway compiles this file once for each target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/softmax.cpp"
#include <hwy/foreach_target.h>

#include "fused/kernels/softmax-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {

/// The rows of one softmax: `count` of them, `step` floats apart.
struct Strided {
  int count;
  std::size_t step;
};

template <bool log>
void forward(const Strided &rows, const float *x, float *y) {
  const Floats d;
  const auto largest = largest_of(d, x, rows.count, rows.step);
  auto total = hn::Zero(d);
  for (int k = 0; k < rows.count; ++k) {
    const auto e = exponential_below(hn::Sub(hn::Load(d, x + k * rows.step), largest));
    total = hn::Add(total, e);
    if constexpr (!log) hn::Store(e, d, y + k * rows.step);
  }
  const auto by = log ? logarithm(d, total) : hn::Div(hn::Set(d, 1.0F), total);
  for (int k = 0; k < rows.count; ++k) {
    float *at = y + k * rows.step;
    if constexpr (log)
      hn::Store(hn::Sub(hn::Sub(hn::Load(d, x + k * rows.step), largest), by), d, at);
    else
      hn::Store(hn::Mul(hn::Load(d, at), by), d, at);
  }
}

template <bool log, bool add>
void gradient(const Strided &rows, const float *y, const float *dy, float *dx) {
  const Floats d;
  auto total = hn::Zero(d);
  for (int k = 0; k < rows.count; ++k) {
    const auto g = hn::Load(d, dy + k * rows.step);
    total = log ? hn::Add(total, g) : hn::MulAdd(g, hn::Load(d, y + k * rows.step), total);
  }
  for (int k = 0; k < rows.count; ++k) {
    const auto g = hn::Load(d, dy + k * rows.step), value = hn::Load(d, y + k * rows.step);
    auto result = g;
    if constexpr (log)
      result = hn::NegMulAdd(hn::Exp(d, value), total, g);
    else
      result = hn::Mul(value, hn::Sub(g, total));
    if constexpr (add) result = hn::Add(result, hn::Load(d, dx + k * rows.step));
    hn::Store(result, d, dx + k * rows.step);
  }
}

/// Calls f(offset) for the lanes of every softmax of the tile.
template <class F>
void over_lanes(const SoftmaxRows &rows, int width, const F &f) {
  const Floats d;
  const std::size_t n = hn::Lanes(d), inner = static_cast<std::size_t>(rows.inner) * width;
  for (int o = 0; o < rows.outer; ++o)
    for (std::size_t i = 0; i < inner; i += n) f(o * inner * rows.count + i);
}

template <bool log, bool add>
void all_gradients(const SoftmaxRows &rows, const float *y, const float *dy, float *dx, int width) {
  const Strided strided{rows.count, static_cast<std::size_t>(rows.inner) * width};
  over_lanes(rows, width, [&](std::size_t at) HWY_ATTR { gradient<log, add>(strided, y + at, dy + at, dx + at); });
}

}  // namespace

void softmax_of_tile(const SoftmaxRows &rows, bool log, const float *x, float *y, int width) {
  const Strided strided{rows.count, static_cast<std::size_t>(rows.inner) * width};
  if (log)
    over_lanes(rows, width, [&](std::size_t at) HWY_ATTR { forward<true>(strided, x + at, y + at); });
  else
    over_lanes(rows, width, [&](std::size_t at) HWY_ATTR { forward<false>(strided, x + at, y + at); });
}

void softmax_gradient_of_tile(const SoftmaxRows &rows, bool log, const float *y, const float *dy, float *dx, bool add,
                              int width) {
  if (log)
    add ? all_gradients<true, true>(rows, y, dy, dx, width) : all_gradients<true, false>(rows, y, dy, dx, width);
  else
    add ? all_gradients<false, true>(rows, y, dy, dx, width) : all_gradients<false, false>(rows, y, dy, dx, width);
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(softmax_of_tile);
HWY_EXPORT(softmax_gradient_of_tile);

void softmax(const SoftmaxRows &rows, bool log, const float *x, float *y, int width) {
  HWY_DYNAMIC_DISPATCH(softmax_of_tile)(rows, log, x, y, width);
}

void softmax_gradient(const SoftmaxRows &rows, bool log, const float *y, const float *dy, float *dx, bool add,
                      int width) {
  HWY_DYNAMIC_DISPATCH(softmax_gradient_of_tile)(rows, log, y, dy, dx, add, width);
}

}  // namespace nac::fw::fused
#endif
