// SPDX-License-Identifier: Apache-2.0
#include "search_gp/portable_math.hpp"

#include <catch2/catch.hpp>

#include "nac/cpp/rng.hpp"

using namespace nac::searching;

TEST_CASE("exp and log agree with the C library") {
  nac::rng r(1);
  for (int i = 0; i < 20000; ++i) {
    const double x = r.uniform(-650, 20);
    REQUIRE(portable_exp(x) == Approx(std::exp(x)).epsilon(1e-14));
    const double y = std::exp(r.uniform(-600, 600));
    REQUIRE(portable_log(y) == Approx(std::log(y)).epsilon(1e-14).margin(1e-15));
  }
  CHECK(portable_exp(0) == 1);
  CHECK(portable_log(1) == 0);
  CHECK(portable_exp(-1e9) < 1e-300);
}

TEST_CASE("expected improvement is the integral that it stands for") {
  for (const double mean : {-3.0, -0.2, 0.0, 0.4, 2.0, 5.0})
    for (const double sd : {0.1, 0.5, 2.0}) {
      CAPTURE(mean, sd);
      const double threshold = 0.3;
      double sum = 0;
      const int steps = 200000;
      const double low = mean - 12 * sd, width = (threshold - low) / steps;
      for (int i = 0; i < steps && width > 0; ++i) {
        const double y = low + (i + 0.5) * width, z = (y - mean) / sd;
        sum += width * (threshold - y) * std::exp(-0.5 * z * z) / (sd * 2.5066282746310002);
      }
      CHECK(expected_improvement(mean, sd, threshold) == Approx(sum).epsilon(1e-6).margin(1e-15));
    }
  CHECK(expected_improvement(1, 0, 3) == 2);
  CHECK(expected_improvement(3, 0, 1) == 0);
  // Far out it stays positive and falls, so that hopeless candidates can still be told apart.
  double last = 1;
  for (double mean = 1; mean < 30; mean += 1) {
    const double now = expected_improvement(mean, 1, 0);
    CHECK(now > 0);
    CHECK(now < last);
    last = now;
  }
}
