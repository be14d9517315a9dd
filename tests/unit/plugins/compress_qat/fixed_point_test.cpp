// SPDX-License-Identifier: Apache-2.0
#include "compress_qat/fixed_point.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "fixed/quantizer.hpp"
#include "nac/cpp/error.hpp"
#include "nac/cpp/rng.hpp"

using namespace nac::compressing;

TEST_CASE("rounding agrees with the host's ap_fixed for every mode") {
  nac::rng random(5);
  const nac::fw::Rounding modes[] = {nac::fw::Rounding::rnd_conv, nac::fw::Rounding::rnd, nac::fw::Rounding::trn};
  for (int i = 0; i < 3000; ++i) {
    const format to{2 + i % 9, i % 2 == 0, i % 4 == 0, static_cast<rounding>(i % 3), static_cast<overflow>(i / 3 % 2)};
    nac::fw::QuantType type;
    type.width = to.width;
    type.is_signed = to.is_signed;
    type.narrow = to.narrow;
    type.rounding = modes[i % 3];
    type.overflow = to.over == overflow::wrap ? nac::fw::Overflow::wrap : nac::fw::Overflow::sat;
    const int f = static_cast<int>(random.uniform() * 8) - 2;
    double x = (random.uniform() - 0.5) * 64;
    if (i % 5 == 0) x = std::floor(x * 8) / 8;  // halves
    INFO(i << ": " << x << " f " << f << " bits " << to.width);
    CHECK(to.quantized(x, f) == std::ldexp(static_cast<double>(nac::fw::quantize(x, f, type)), -f));
  }
}

TEST_CASE("the finest fraction clips nothing") {
  const format four{4, true, true};  // -7 ... 7
  CHECK(finest_fraction(7, four) == 0);
  CHECK(finest_fraction(7.01, four) == -1);
  CHECK(finest_fraction(3.5, four) == 1);
  CHECK(finest_fraction(0.9, four) == 2);
  const format bytes{8, false};
  CHECK(finest_fraction(255, bytes) == 0);
  CHECK(finest_fraction(1, bytes) == 7);
  CHECK(finest_fraction(0, bytes) == 0);
  CHECK(finest_fraction(1e-40, bytes) == 100);
}

TEST_CASE("the next finer fraction wins when clipping costs less than rounding") {
  const format three{3, true, true};  // -3 ... 3
  // Largest 1: f = 1 (1 -> 2 steps of 0.5). 20 values of 0.25 round to 0 there, and are exact at f = 2, where 1 becomes
  // 0.75: errors 20 * 0.0625 = 1.25 against 0.0625.
  std::vector<float> values(20, 0.25F);
  values.push_back(1);
  CHECK(finest_fraction(1, three) == 1);
  CHECK(fitted_fraction(values, three) == 2);
  CHECK(fitted_fraction({1, 0.5F}, three) == 1);
  CHECK(fitted_fraction({0, 0}, three) == 0);
}

TEST_CASE("calibration ignores what lies beyond the percentile") {
  const format eight{8, false};
  std::vector<float> values;
  for (int i = 1; i <= 1000; ++i) values.push_back(static_cast<float>(i) / 1000);
  CHECK(percentile_of_magnitude(values, 99.9) == Approx(0.999));
  CHECK(percentile_of_magnitude(values, 100) == 1);
  CHECK(percentile_of_magnitude({-3, 1, 2}, 50) == 2);
  CHECK(percentile_of_magnitude({0, 0, 0, 5}, 50) == 5);  // where it is 0, the largest
  // f = 8 holds 255/256 = 0.996, so the finest for 0.999 is f = 7; f = 8 clips only four values by at most 0.004 and
  // halves the steps.
  CHECK(finest_fraction(0.999, eight) == 7);
  CHECK(calibrated_fraction(values, eight, 99.9) == 8);
  values.push_back(100);  // an outlier counts in the squared error, not in the range
  CHECK(calibrated_fraction(values, eight, 99.9) == 7);
  CHECK(calibrated_fraction(values, eight, 100) < 2);
  const format wrapping{8, false, false, rounding::half_even, overflow::wrap};
  CHECK(calibrated_fraction(values, wrapping, 99.9) <= finest_fraction(100, wrapping));
  CHECK_THROWS_AS(calibrated_fraction({1, INFINITY}, eight, 99.9), nac::failure);
  CHECK_THROWS_AS(calibrated_fraction({NAN}, eight, 99.9), nac::failure);
}
