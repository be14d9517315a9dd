// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/update.hpp"

#include <algorithm>
#include <cmath>

#include "fused/kernels/targets.hpp"
// Highway compiles this file once for each target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/update.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kAlpha = 0.99;
constexpr float kEpsilon = 1e-8F;

struct Adam {
  float step_size, over_root2, keep, coupled, scale;
  template <class D>
  HWY_INLINE void operator()(D d, const FlatArrays &a, std::size_t i) const {
    const auto p = hn::LoadU(d, a.parameter + i);
    const auto g = hn::MulAdd(hn::Set(d, coupled), p, hn::Mul(hn::LoadU(d, a.gradient + i), hn::Set(d, scale)));
    const auto m = hn::MulAdd(hn::Set(d, static_cast<float>(kBeta1)), hn::LoadU(d, a.first + i),
                              hn::Mul(hn::Set(d, static_cast<float>(1 - kBeta1)), g));
    const auto v = hn::MulAdd(hn::Set(d, static_cast<float>(kBeta2)), hn::LoadU(d, a.second + i),
                              hn::Mul(hn::Mul(hn::Set(d, static_cast<float>(1 - kBeta2)), g), g));
    hn::StoreU(m, d, a.first + i);
    hn::StoreU(v, d, a.second + i);
    const auto root = hn::MulAdd(hn::Sqrt(v), hn::Set(d, over_root2), hn::Set(d, kEpsilon));
    hn::StoreU(hn::NegMulAdd(hn::Set(d, step_size), hn::Div(m, root), hn::Mul(p, hn::Set(d, keep))), d,
               a.parameter + i);
  }
};

struct Sgd {
  float rate, decay, scale;
  template <class D>
  HWY_INLINE void operator()(D d, const FlatArrays &a, std::size_t i) const {
    const auto p = hn::LoadU(d, a.parameter + i);
    const auto g = hn::MulAdd(hn::Set(d, decay), p, hn::Mul(hn::LoadU(d, a.gradient + i), hn::Set(d, scale)));
    hn::StoreU(hn::NegMulAdd(hn::Set(d, rate), g, p), d, a.parameter + i);
  }
};

struct SgdWithMomentum {
  float rate, decay, old, scale;
  template <class D>
  HWY_INLINE void operator()(D d, const FlatArrays &a, std::size_t i) const {
    const auto p = hn::LoadU(d, a.parameter + i);
    const auto g = hn::MulAdd(hn::Set(d, decay), p, hn::Mul(hn::LoadU(d, a.gradient + i), hn::Set(d, scale)));
    const auto m = hn::MulAdd(hn::Set(d, old), hn::LoadU(d, a.first + i), g);
    hn::StoreU(m, d, a.first + i);
    hn::StoreU(hn::NegMulAdd(hn::Set(d, rate), m, p), d, a.parameter + i);
  }
};

struct RmsProp {
  float rate, decay, momentum, scale;
  template <class D>
  HWY_INLINE void operator()(D d, const FlatArrays &a, std::size_t i) const {
    const auto p = hn::LoadU(d, a.parameter + i);
    const auto g = hn::MulAdd(hn::Set(d, decay), p, hn::Mul(hn::LoadU(d, a.gradient + i), hn::Set(d, scale)));
    const auto v = hn::MulAdd(hn::Set(d, static_cast<float>(kAlpha)), hn::LoadU(d, a.second + i),
                              hn::Mul(hn::Mul(hn::Set(d, static_cast<float>(1 - kAlpha)), g), g));
    const auto m = hn::MulAdd(hn::Set(d, momentum), hn::LoadU(d, a.first + i),
                              hn::Div(g, hn::Add(hn::Sqrt(v), hn::Set(d, kEpsilon))));
    hn::StoreU(v, d, a.second + i);
    hn::StoreU(m, d, a.first + i);
    hn::StoreU(hn::NegMulAdd(hn::Set(d, rate), m, p), d, a.parameter + i);
  }
};

template <class Op>
void over_all(const FlatArrays &given, const Op &op) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> one;
  const FlatArrays a = given;
  const std::size_t n = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + n <= a.count; i += n) op(d, a, i);
  for (; i < a.count; ++i) op(one, a, i);
}

}  // namespace

void update_all(const Recipe &recipe, const FlatArrays &a, double rate, long step, float scale) {
  const auto lr = static_cast<float>(rate), decay = static_cast<float>(recipe.weight_decay),
             momentum = static_cast<float>(recipe.momentum);
  switch (recipe.optimizer) {
    case Optimizer::adam:
    case Optimizer::adamw: {
      const double correction1 = 1 - std::pow(kBeta1, static_cast<double>(step));
      const double correction2 = 1 - std::pow(kBeta2, static_cast<double>(step));
      const bool decoupled = recipe.optimizer == Optimizer::adamw;
      return over_all(a, Adam{static_cast<float>(rate / correction1), static_cast<float>(1 / std::sqrt(correction2)),
                              decoupled ? static_cast<float>(1 - rate * recipe.weight_decay) : 1.0F,
                              decoupled ? 0.0F : decay, scale});
    }
    case Optimizer::sgd:
      if (recipe.momentum == 0) return over_all(a, Sgd{lr, decay, scale});
      // The first step takes the gradient as it is.
      return over_all(a, SgdWithMomentum{lr, decay, step == 1 ? 0.0F : momentum, scale});
    case Optimizer::rmsprop: return over_all(a, RmsProp{lr, decay, momentum, scale});
  }
}

double sum_of_squares(const float *x, std::size_t count) {
  constexpr std::size_t kBlock = 2048;  // floats, summed in single precision
  const hn::ScalableTag<float> d;
  const std::size_t n = hn::Lanes(d);
  double sum = 0;
  std::size_t i = 0;
  while (i + n <= count) {
    const std::size_t last = std::min(count, i + kBlock);
    auto s0 = hn::Zero(d), s1 = s0;
    for (; i + 2 * n <= last; i += 2 * n) {
      const auto x0 = hn::LoadU(d, x + i), x1 = hn::LoadU(d, x + i + n);
      s0 = hn::MulAdd(x0, x0, s0);
      s1 = hn::MulAdd(x1, x1, s1);
    }
    for (; i + n <= last; i += n) {
      const auto x0 = hn::LoadU(d, x + i);
      s0 = hn::MulAdd(x0, x0, s0);
    }
    sum += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(s0, s1))));
  }
  for (; i < count; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  return sum;
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(update_all);
HWY_EXPORT(sum_of_squares);

void update(const Recipe &recipe, const FlatArrays &arrays, double rate, long step, float scale) {
  HWY_DYNAMIC_DISPATCH(update_all)(recipe, arrays, rate, step, scale);
}

double squared_norm(const float *x, std::size_t count) { return HWY_DYNAMIC_DISPATCH(sum_of_squares)(x, count); }

}  // namespace nac::fw::fused
#endif
