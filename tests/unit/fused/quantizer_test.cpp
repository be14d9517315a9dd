// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <limits>

#include "each_target.hpp"
#include "fused/kernels/normalize.hpp"
#include "fused/kernels/pointwise_grid.hpp"
#include "random_rows.hpp"

namespace nac::fw::fused {
namespace {

constexpr Rounding kModes[] = {Rounding::trn,         Rounding::rnd,      Rounding::rnd_conv,
                               Rounding::rnd_inf,     Rounding::rnd_zero, Rounding::trn_zero,
                               Rounding::rnd_min_inf, Rounding::ceil,     Rounding::away};

float expected_of(float x, const GridStep &grid) {
  if (std::isnan(x)) return x;
  const double v = std::fpclassify(x) == FP_SUBNORMAL ? 0.0 : static_cast<double>(x);
  return static_cast<float>(std::ldexp(static_cast<double>(quantize(v, grid.fraction, grid.type)), -grid.fraction));
}

bool same_bits(float a, float b) { return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0; }

/// Integers, ties and their neighbours around 0 and both ends of the type, and what is special about floats.
AlignedFloats inputs_for(const GridStep &grid) {
  constexpr float inf = std::numeric_limits<float>::infinity();
  AlignedFloats x = random_rows(200, 3, 0, std::ldexp(static_cast<float>(grid.type.highest() + 1), -grid.fraction));
  const auto near = [&](double n) {
    const auto v = static_cast<float>(std::ldexp(n, -grid.fraction));
    for (const float w : {v, std::nextafter(v, inf), std::nextafter(v, -inf)}) x.push_back(w);
  };
  for (const double center : {0.0, static_cast<double>(grid.type.lowest()), static_cast<double>(grid.type.highest())})
    for (int k = -10; k <= 10; ++k) near(center + k * 0.25);
  for (const float v :
       {0.0F, 1e-45F, 1e-39F, 1.1754942e-38F, 1.17549435e-38F, 1e-30F, 1e9F, 1e18F, 1e20F, 3.4e38F, inf})
    for (const float w : {v, -v}) x.push_back(w);
  x.push_back(std::nanf(""));
  while (x.size() % 32 != 0) x.push_back(0.5F);
  return x;
}

struct Sweep {
  std::vector<GridStep> grids;
  Sweep() {
    for (const Rounding mode : kModes)
      for (const int width : {1, 2, 5, 8, 16, 21, 22, 32, 40})
        for (const int fraction : {-100, -3, 0, 4, 7, 20, 110, 124})
          for (const int kind : {0, 1, 2, 3}) {
            if (kind == 3 && width == 1) continue;  // narrow
            QuantType type;
            type.is_signed = kind != 0;
            type.narrow = kind == 3;
            type.width = width;
            type.rounding = mode;
            type.overflow = kind == 2 ? Overflow::wrap : Overflow::sat;
            grids.push_back({type, fraction});
          }
  }
};

/// Whether x rounds to an integer of the type, as the fixed room rounds when nothing is in the way.
bool inside(float x, const GridStep &grid) {
  if (!std::isfinite(x)) return false;
  const double v = std::fpclassify(x) == FP_SUBNORMAL ? 0.0 : static_cast<double>(x);
  GridStep wide = grid;
  wide.type.is_signed = true;
  wide.type.narrow = false;
  wide.type.width = 62;
  wide.type.overflow = Overflow::sat;
  const int64_t n = quantize(v, grid.fraction, wide.type);
  return n >= grid.type.lowest() && n <= grid.type.highest();
}

}  // namespace

TEST_CASE("activation quantizers give the bits of the fixed room's quantize()") {
  const Sweep sweep;
  each_target([&] {
    std::size_t different = 0;
    for (const GridStep &grid : sweep.grids) {
      const AlignedFloats x = inputs_for(grid);
      AlignedFloats y(x.size());
      Pointwise p;
      p.rows.inner = static_cast<int>(x.size() / 32);
      p.grid = &grid;
      p.forward(x.data(), y.data(), 32);
      for (std::size_t i = 0; i < x.size(); ++i)
        if (!same_bits(y[i], expected_of(x[i], grid)) && ++different < 5)
          FAIL_CHECK(x[i] << " became " << y[i] << ", not " << expected_of(x[i], grid) << ": width " << grid.type.width
                          << ", fraction " << grid.fraction << ", mode " << static_cast<int>(grid.type.rounding));
    }
    CHECK(different == 0);
  });
}

TEST_CASE("gradients pass a quantizer where nothing is clamped, and scales learn") {
  const Sweep sweep;
  each_target([&] {
    std::size_t different = 0;
    for (const GridStep &grid : sweep.grids) {
      if (grid.type.width > 32) continue;
      AlignedFloats x = inputs_for(grid);
      for (float &v : x)  // nothing that a sum in single precision cannot hold
        if (!(std::fabs(v) < std::ldexp(1e4F + 4 * static_cast<float>(grid.type.highest()), -grid.fraction))) v = 0;
      const AlignedFloats dy = random_rows(x.size(), 4);
      AlignedFloats dv(x.size());
      Pointwise p;
      p.rows.inner = static_cast<int>(x.size() / 32);
      p.grid = &grid;
      double slope = 0, sum = 0, size = 0;
      p.backward(x.data(), dy.data(), dv.data(), nullptr, &slope, 32);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const bool passes = inside(x[i], grid);
        if (!same_bits(dv[i], passes ? dy[i] : 0.0F)) ++different;
        const bool subnormal = std::fpclassify(x[i]) == FP_SUBNORMAL;
        const double v = passes && !subnormal ? static_cast<double>(x[i]) : 0;
        const double term = static_cast<double>(dy[i]) * (static_cast<double>(expected_of(x[i], grid)) - v);
        sum += std::ldexp(term, grid.fraction);
        size += std::fabs(std::ldexp(term, grid.fraction));
      }
      if (std::fabs(slope - sum) > 1e-6 * size) ++different;
    }
    CHECK(different == 0);
  });
}

TEST_CASE("a quantizer behind an affine part and an activation") {
  const QuantType type{false, false, 8, Rounding::rnd, Overflow::sat};
  const GridStep narrow{type, 5}, wide{{true, false, 24, Rounding::rnd, Overflow::sat}, 5};
  each_target([&] {
    for (const GridStep &grid : {narrow, wide})
      for (const Activation kind : {Activation::relu, Activation::leaky_relu, Activation::tanh, Activation::gelu}) {
        const std::vector<float> scale{1.5F, -2}, shift{0.5F, 1};
        Pointwise p;
        p.rows = {3, 2, 1};
        p.scale = scale.data();
        p.shift = shift.data();
        p.activation = kind;
        p.slope = 0.25F;
        const AlignedFloats x = random_rows(6 * 96, 5, 0, 3), dy = random_rows(6 * 96, 6);
        AlignedFloats a(x.size()), y(x.size()), dv(x.size()), through(x.size());
        p.forward(x.data(), a.data(), 96);
        p.backward(x.data(), dy.data(), through.data(), nullptr, nullptr, 96);
        p.grid = &grid;
        p.forward(x.data(), y.data(), 96);
        double slope = 0, sum = 0;
        std::vector<float> sums(2);
        p.backward(x.data(), dy.data(), dv.data(), sums.data(), &slope, 96);
        std::size_t different = 0;
        std::vector<double> expected(2);
        for (std::size_t i = 0; i < x.size(); ++i) {
          different += y[i] == expected_of(a[i], grid) ? 0 : 1;
          const bool passes = inside(a[i], grid);
          different += dv[i] == (passes ? through[i] : 0.0F) ? 0 : 1;
          expected[i / 96 % 2] += static_cast<double>(dv[i]);
          sum += static_cast<double>(dy[i]) * (static_cast<double>(y[i]) - (passes ? static_cast<double>(a[i]) : 0));
        }
        CHECK(different == 0);
        for (int c = 0; c < 2; ++c) CHECK(static_cast<double>(sums[c]) == Approx(expected[c]).margin(1e-4));
        CHECK(slope == Approx(std::ldexp(sum, grid.fraction)).epsilon(1e-5));
      }
  });
}

TEST_CASE("one pass gives what several give: gradients of values and scale, and their sums") {
  each_target([] {
    for (const Rounding mode : {Rounding::trn, Rounding::rnd, Rounding::rnd_conv, Rounding::ceil})
      for (const Activation kind : {Activation::none, Activation::relu, Activation::leaky_relu, Activation::tanh})
        for (const int inner : {1, 30}) {  // more than a block that is summed in single precision, and less
          const GridStep grid{{kind != Activation::relu, false, 6, mode, Overflow::sat}, 4};
          const std::vector<float> scale{1.5F, -2}, shift{0.5F, 1}, mean{0.5F, -1}, inverse{2, 0.5F};
          Pointwise p;
          p.rows = {3, 2, inner};
          p.scale = scale.data();
          p.shift = shift.data();
          p.activation = kind;
          p.slope = 0.25F;
          p.grid = &grid;
          const std::size_t count = static_cast<std::size_t>(p.rows.rows()) * 96;
          const AlignedFloats x = random_rows(count, 7, 0, 2), dy = random_rows(count, 8);
          AlignedFloats expected(count), dv = dy;
          p.backward(x.data(), dy.data(), expected.data(), nullptr, nullptr, 96);
          const double slope = gradient_of_scale(p, x.data(), dy.data(), 96);
          std::vector<double> sum(2, 1), product(2, -1), sum2 = sum, product2 = product;
          add_gradient_sums(p.rows, x.data(), expected.data(), mean.data(), inverse.data(), 96, sum.data(),
                            product.data());
          double slope2 = 2;
          p.backward_with_sums(x.data(), dv.data(), dv.data(), mean.data(), inverse.data(), sum2.data(),
                               product2.data(), &slope2, 96);
          CHECK(dv == expected);
          CHECK(slope2 - 2 == Approx(slope).epsilon(1e-5).margin(1e-3));
          for (int c = 0; c < 2; ++c) {
            CHECK(sum2[c] == Approx(sum[c]).epsilon(1e-6).margin(1e-3));
            CHECK(product2[c] == Approx(product[c]).epsilon(1e-6).margin(1e-2));
          }
        }
  });
}

}  // namespace nac::fw::fused
