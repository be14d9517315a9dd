// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/pointwise.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "each_target.hpp"
#include "random_rows.hpp"

namespace nac::fw::fused {
namespace {

constexpr Activation kActivations[] = {Activation::none,    Activation::relu, Activation::leaky_relu,
                                       Activation::sigmoid, Activation::tanh, Activation::gelu};

double value(Activation kind, double v, double slope) {
  switch (kind) {
    case Activation::none: break;
    case Activation::relu: return v > 0 ? v : 0;
    case Activation::leaky_relu: return v > 0 ? v : v * slope;
    case Activation::sigmoid: return 1 / (1 + std::exp(-v));
    case Activation::tanh: return std::tanh(v);
    case Activation::gelu: return v * 0.5 * std::erfc(-v / std::sqrt(2.0));
  }
  return v;
}

double derivative(Activation kind, double v, double slope) {
  switch (kind) {
    case Activation::none: break;
    case Activation::relu: return v > 0 ? 1 : 0;
    case Activation::leaky_relu: return v > 0 ? 1 : slope;
    case Activation::sigmoid: return value(kind, v, 0) * value(kind, -v, 0);
    case Activation::tanh: return 1 - std::tanh(v) * std::tanh(v);
    case Activation::gelu:
      return 0.5 * std::erfc(-v / std::sqrt(2.0)) + v * std::exp(-v * v / 2) / std::sqrt(2 * std::acos(-1.0));
  }
  return 1;
}

/// Bound of the error of a float function near `exact`: a few units in the last place.
double bound(double exact) { return 3e-7 * std::fabs(exact) + 3e-7; }

struct Case {
  Pointwise p;
  int width;
  AlignedFloats x, dy;
  std::vector<float> scale, shift;
  int channel(std::size_t i) const {
    return static_cast<int>(i / width / static_cast<std::size_t>(p.rows.inner)) % p.rows.channels;
  }
  double v(std::size_t i) const {
    const int c = channel(i);
    return p.scale != nullptr
               ? static_cast<double>(x[i]) * static_cast<double>(scale[c]) + static_cast<double>(shift[c])
               : static_cast<double>(x[i]);
  }
};

void fill(Case &c, Activation kind, bool affine, int width) {
  c.p.rows = {2, 3, 2};
  c.width = width;
  c.p.activation = kind;
  c.p.slope = 0.125F;
  const std::size_t count = static_cast<std::size_t>(c.p.rows.rows()) * width;
  c.x = random_rows(count, 1, 0, 3);
  c.dy = random_rows(count, 2);
  c.x[0] = 0;
  c.x[1] = 30;
  c.x[2] = -30;
  c.scale = {0.5F, -1.25F, 2};
  c.shift = {0.25F, 0, -1};
  if (affine) {
    c.p.scale = c.scale.data();
    c.p.shift = c.shift.data();
  }
}

}  // namespace

TEST_CASE("activations and their gradients are those of the standard library") {
  each_target([] {
    for (const int width : {32, 96})
      for (const bool affine : {false, true})
        for (const Activation kind : kActivations) {
          CAPTURE(width, affine, static_cast<int>(kind));
          Case c;
          fill(c, kind, affine, width);
          AlignedFloats y(c.x.size()), dv(c.x.size());
          c.p.forward(c.x.data(), y.data(), width);
          std::vector<float> sum(3, 1.0F);
          c.p.backward(c.x.data(), c.dy.data(), dv.data(), sum.data(), nullptr, width);
          std::vector<double> sums(3, 1.0);
          double worst = 0, worst_gradient = 0;
          for (std::size_t i = 0; i < c.x.size(); ++i) {
            const double exact = value(kind, c.v(i), 0.125);
            worst = std::max(worst, std::fabs(static_cast<double>(y[i]) - exact) / bound(exact));
            const double dy = static_cast<double>(c.dy[i]), expected = dy * derivative(kind, c.v(i), 0.125);
            // A small v has lost digits to the shift.
            const double allowed = 1.5e-6 * std::fabs(dy) + 1e-7;
            worst_gradient = std::max(worst_gradient, std::fabs(static_cast<double>(dv[i]) - expected) / allowed);
            sums[c.channel(i)] += expected;
          }
          CHECK(worst < (affine ? 4 : 1));
          CHECK(worst_gradient < 1);
          for (int k = 0; k < 3; ++k) CHECK(static_cast<double>(sum[k]) == Approx(sums[k]).epsilon(1e-5).margin(1e-4));
          // In place, and without sums.
          AlignedFloats other = c.dy, input = c.x;
          c.p.backward(c.x.data(), other.data(), other.data(), nullptr, nullptr, width);
          CHECK(other == dv);
          c.p.forward(input.data(), input.data(), width);
          CHECK(input == y);
        }
  });
}

TEST_CASE("gelu keeps its digits where it is small, and a NaN stays") {
  each_target([] {
    AlignedFloats x(32), y(32);
    for (int i = 0; i < 32; ++i) x[i] = -0.25F * static_cast<float>(i);
    Pointwise p;
    p.activation = Activation::gelu;
    p.forward(x.data(), y.data(), 32);
    for (int i = 1; i < 32; ++i)
      CHECK(static_cast<double>(y[i]) == Approx(value(Activation::gelu, static_cast<double>(x[i]), 0)).epsilon(5e-6));
    for (const Activation kind : kActivations) {
      p.activation = kind;
      x[5] = std::nanf("");
      p.forward(x.data(), y.data(), 32);
      CHECK(std::isnan(y[5]));
      CHECK(!std::isnan(y[6]));
    }
  });
}

TEST_CASE("the gradient of an activation from its result is the one from its input") {
  CHECK_FALSE(gradient_from_result(Activation::gelu, 0));
  CHECK_FALSE(gradient_from_result(Activation::leaky_relu, -0.5F));
  each_target([] {
    for (const Activation kind : kActivations) {
      if (!gradient_from_result(kind, 0.125F)) continue;
      CAPTURE(static_cast<int>(kind));
      Case c;
      fill(c, kind, false, 96);
      AlignedFloats y(c.x.size()), a(c.x.size()), b(c.x.size());
      std::vector<float> sum(3), other(3);
      c.p.forward(c.x.data(), y.data(), 96);
      c.p.backward(c.x.data(), c.dy.data(), a.data(), sum.data(), nullptr, 96);
      activation_gradient(c.p.rows, kind, 0.125F, y.data(), c.dy.data(), b.data(), other.data(), 96);
      for (std::size_t i = 0; i < a.size(); ++i)
        CHECK(static_cast<double>(b[i]) == Approx(static_cast<double>(a[i])).epsilon(1e-6).margin(1e-7));
      for (int k = 0; k < 3; ++k)
        CHECK(static_cast<double>(other[k]) == Approx(static_cast<double>(sum[k])).epsilon(1e-5).margin(1e-5));
    }
  });
}

}  // namespace nac::fw::fused
