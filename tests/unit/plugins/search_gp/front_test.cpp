// SPDX-License-Identifier: Apache-2.0
#include "search_gp/front.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "nac/cpp/rng.hpp"
#include "search_common/hypervolume.hpp"

using namespace nac::searching;

namespace {
std::vector<double> random_rows(nac::rng &r, std::size_t n, std::size_t m) {
  std::vector<double> rows;
  for (std::size_t i = 0; i < n * m; ++i) rows.push_back(r.uniform(0, 1.3));
  return rows;
}
}  // namespace

TEST_CASE("the optimistic gain is the growth of the hypervolume at mean - weight * sd") {
  nac::rng r(2);
  for (const std::size_t m : {1u, 2u, 3u})
    for (int round = 0; round < 300; ++round) {
      const std::vector<double> rows = random_rows(r, 12, m), reference(m, 1.1);
      const front f(rows, m, reference);
      std::vector<belief> point;
      std::vector<double> with = rows;
      for (std::size_t k = 0; k < m; ++k) {
        point.push_back({r.uniform(-0.1, 1.2), r.uniform(0, 0.2)});
        with.push_back(point[k].mean - 0.7 * point[k].sd);
      }
      const double growth = hypervolume(with, m, reference) - hypervolume(rows, m, reference);
      const double gain = f.optimistic_gain(point, 0.7);
      if (growth > 1e-12)
        REQUIRE(gain == Approx(growth).margin(1e-12));
      else
        REQUIRE(gain <= 1e-12);
    }
}

TEST_CASE("without a gain the value says how far away one is") {
  const front f({0.2, 0.5, 0.5, 0.2}, 2, {1, 1});
  const double near = f.optimistic_gain({{0.55, 0}, {0.25, 0}}, 1), far = f.optimistic_gain({{0.9, 0}, {0.9, 0}}, 1);
  CHECK(near < 0);
  CHECK(far < near);
  CHECK(near == Approx(-0.05));
  CHECK(f.optimistic_gain({{1.5, 0}, {0.1, 0}}, 1) == Approx(-0.5));  // outside the reference
}

TEST_CASE("the expected gain is the mean over the uncertain objective") {
  nac::rng r(4);
  for (const std::size_t m : {1u, 2u})
    for (const std::size_t uncertain : {0u, 1u}) {
      if (uncertain >= m) continue;
      for (int round = 0; round < 20; ++round) {
        const std::vector<double> rows = random_rows(r, 8, m);
        const front f(rows, m, std::vector<double>(m, 1.1));
        std::vector<belief> point(m);
        for (belief &b : point) b = {r.uniform(0, 1), 0};
        point[uncertain].sd = 0.3;
        double sum = 0;
        constexpr int steps = 4000;
        for (int i = 0; i < steps; ++i) {
          const double z = -8 + 16 * (i + 0.5) / steps;
          std::vector<belief> at = point;
          at[uncertain] = {point[uncertain].mean + 0.3 * z, 0};
          sum += std::max(0.0, f.optimistic_gain(at, 0)) * std::exp(-0.5 * z * z) / 2.5066282746310002 * 16 / steps;
        }
        REQUIRE(f.expected_gain(point) == Approx(sum).epsilon(1e-3).margin(1e-6));
      }
    }
}
