// SPDX-License-Identifier: Apache-2.0
#include "fixed/quantizer.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/error.hpp"
#include "fixed/integer/step.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

TEST_CASE("integers of a type") {
  QuantType type;
  CHECK(type.lowest() == -128);
  CHECK(type.highest() == 127);
  type.narrow = true;
  CHECK(type.lowest() == -127);
  type.is_signed = false;
  CHECK(type.lowest() == 0);
  CHECK(type.highest() == 255);
  type.width = 62;
  type.is_signed = true;
  CHECK(type.highest() == (int64_t{1} << 61) - 1);
}

TEST_CASE("halves go where each mode says") {
  const auto at = [](Rounding mode, double x) {
    QuantType type;
    type.rounding = mode;
    return quantize(x, 0, type);
  };
  const auto row = [&](Rounding mode) {
    return std::vector<int64_t>{at(mode, -2.5), at(mode, -1.5), at(mode, -0.75),
                                at(mode, 0.25), at(mode, 1.5),  at(mode, 2.5)};
  };
  using Row = std::vector<int64_t>;
  CHECK(row(Rounding::trn) == Row{-3, -2, -1, 0, 1, 2});
  CHECK(row(Rounding::rnd) == Row{-2, -1, -1, 0, 2, 3});
  CHECK(row(Rounding::rnd_conv) == Row{-2, -2, -1, 0, 2, 2});
  CHECK(row(Rounding::rnd_inf) == Row{-3, -2, -1, 0, 2, 3});
  CHECK(row(Rounding::rnd_zero) == Row{-2, -1, -1, 0, 1, 2});
  CHECK(row(Rounding::rnd_min_inf) == Row{-3, -2, -1, 0, 1, 2});
  CHECK(row(Rounding::trn_zero) == Row{-2, -1, 0, 0, 1, 2});
  CHECK(row(Rounding::ceil) == Row{-2, -1, 0, 1, 2, 3});
  CHECK(row(Rounding::away) == Row{-3, -2, -1, 1, 2, 3});
}

TEST_CASE("moving the point of an integer is quantizing its value, in the tables of the integer model, too") {
  for (const Rounding mode : {Rounding::trn, Rounding::rnd, Rounding::rnd_conv, Rounding::rnd_inf, Rounding::rnd_zero,
                              Rounding::rnd_min_inf, Rounding::trn_zero, Rounding::ceil, Rounding::away})
    for (const bool wrap : {false, true})
      for (int from = -2; from <= 6; ++from) {
        QuantType type;
        type.width = 5;
        type.rounding = mode;
        type.overflow = wrap ? Overflow::wrap : Overflow::sat;
        const Rounder r = rounder_of(mode, from);
        int64_t wrong = 0;
        for (int64_t n = -600; n <= 600; ++n) {
          const int64_t expected = quantize(std::ldexp(static_cast<double>(n), -from), 0, type);
          wrong += requantize(n, from, 0, type) != expected ? 1 : 0;
          if (from < 0) continue;
          const int64_t added = r.base + (n < 0 ? r.negative : 0) + ((n >> r.shift) & r.odd);
          wrong += bring_into_range((n + added) >> r.shift, type) != expected ? 1 : 0;
        }
        CHECK(wrong == 0);
      }
}

TEST_CASE("scales are powers of two") {
  CHECK(fractions_of(Tensor::of<float>({3}, {1, 0.25F, 8}), "w") == std::vector<int>{0, 2, -3});
  for (const float bad : {0.0F, -1.0F, 0.3F, 1e-40F, INFINITY, NAN})
    CHECK_THROWS_WITH(fractions_of(Tensor::of<float>({1}, {bad}), "the weight 'w'"),
                      Contains("the weight 'w'") && Contains("no power of two"));
}
