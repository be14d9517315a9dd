// SPDX-License-Identifier: Apache-2.0
#include "study/front_measures.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/error.hpp"
#include "nac/cpp/rng.hpp"

using Catch::Matchers::Contains;
using nac::fw::exclusive_contributions;
using nac::fw::hypervolume;
using nac::fw::igd_plus;
using nac::fw::knee;
using nac::fw::Objectives;

TEST_CASE("Contributions known by hand") {
  CHECK(exclusive_contributions({}, {1, 1}).empty());
  const auto three = exclusive_contributions({{1, 3}, {2, 2}, {3, 1}}, {4, 4});
  REQUIRE(three.size() == 3);
  for (const double c : three) CHECK(c == Approx(1));
  // Dominated, equal and outside points add nothing; the point that is met twice is needed by neither alone.
  const auto mixed = exclusive_contributions({{1, 1}, {2, 2}, {0, 3}, {0, 3}, {5, 0}}, {4, 4});
  CHECK(mixed[0] == Approx(4));  // 3 x 3 less what (2, 2) and (0, 3) cover of it
  for (const std::size_t i : {1, 2, 3, 4}) CHECK(mixed[i] == Approx(0).margin(1e-15));
  CHECK(exclusive_contributions({{0, 1, 1}, {1, 0, 1}, {1, 1, 0}}, {2, 2, 2})[1] == Approx(1));
  CHECK_THROWS_AS(exclusive_contributions({{1, 2}, {1, 2, 3}}, {4, 4}), nac::fw::Error);
}

TEST_CASE("A contribution is what the hypervolume loses without the point") {
  nac::rng rng(5);
  for (std::size_t dimensions = 1; dimensions <= 5; ++dimensions)
    for (int round = 0; round < 20; ++round) {
      std::vector<Objectives> points(1 + rng.below(12), Objectives(dimensions));
      for (Objectives &p : points)
        for (double &x : p) x = round % 2 == 0 ? rng.uniform(0, 1.1) : static_cast<double>(rng.below(5)) / 4.0;
      const Objectives reference(dimensions, 1.0);
      const double whole = hypervolume(points, reference);
      const std::vector<double> contributions = exclusive_contributions(points, reference);
      for (std::size_t i = 0; i < points.size(); ++i) {
        std::vector<Objectives> without = points;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
        INFO("dimensions " << dimensions << ", round " << round << ", point " << i);
        REQUIRE(contributions[i] == Approx(whole - hypervolume(without, reference)).margin(1e-12));
      }
    }
}

TEST_CASE("The hypervolume of five objectives agrees with sampling") {
  nac::rng rng(21);
  std::vector<Objectives> points(60, Objectives(5));
  for (Objectives &p : points)
    for (double &x : p) x = rng.uniform(0, 1);
  const std::size_t samples = 200000;
  std::size_t inside = 0;
  for (std::size_t s = 0; s < samples; ++s) {
    Objectives at(5);
    for (double &x : at) x = rng.uniform(0, 1);
    for (const Objectives &p : points)
      if (nac::fw::dominates(p, at)) {
        ++inside;
        break;
      }
  }
  const double share = static_cast<double>(inside) / samples;
  const double sd = std::sqrt(share * (1 - share) / samples);
  CHECK(std::fabs(hypervolume(points, Objectives(5, 1.0)) - share) < 4 * sd);
  CHECK(share > 0.05);
}

TEST_CASE("The distance to a reference front counts only what is worse") {
  const std::vector<Objectives> front = {{0, 1}, {1, 0}};
  CHECK(igd_plus(front, front) == 0);
  CHECK(igd_plus({{-1, -1}}, front) == 0);          // dominates both
  CHECK(igd_plus({{0, 1}}, front) == Approx(0.5));  // 0 and 1; the plain distance would be sqrt(2) / 2
  CHECK(igd_plus({{3, 4}}, {{0, 0}}) == Approx(5));
  CHECK(igd_plus({{3, 4}, {-7, 2}}, {{0, 0}}) == Approx(2));
  CHECK(std::isinf(igd_plus({}, front)));
  CHECK_THROWS_WITH(igd_plus(front, {}), Contains("at least one point"));
  CHECK_THROWS_WITH(igd_plus({{1}}, front), Contains("a point has 1 objectives, the reference front has 2"));
}

TEST_CASE("The knee bulges farthest towards the ideal") {
  CHECK(knee({{0, 10}, {1, 2}, {5, 1}, {10, 0}}) == 1u);
  CHECK(knee({{10, 0}, {5, 1}, {1, 2}, {0, 10}}) == 2u);
  // Scaling an objective changes nothing.
  CHECK(knee({{0, 1e9}, {1, 2e8}, {5, 1e8}, {10, 0}}) == 1u);
  // The same front with the cost by its logarithm bends elsewhere: whoever scales decides.
  const std::vector<double> cost = {1e6, 1e7, 1e8, 1e9}, error = {0.50, 0.30, 0.22, 0.20};
  std::vector<Objectives> linear, logarithmic;
  for (std::size_t i = 0; i < cost.size(); ++i) {
    linear.push_back({error[i], cost[i]});
    logarithmic.push_back({error[i], std::log10(cost[i])});
  }
  CHECK(knee(linear) == 2u);
  CHECK(knee(logarithmic) == 1u);
  CHECK(knee({{0, 0, 1}, {0, 1, 0}, {1, 0, 0}, {0.2, 0.2, 0.2}}) == 3u);
  // A quarter circle bulging to the ideal: its middle.
  std::vector<Objectives> circle;
  for (int i = 0; i <= 100; ++i) {
    const double angle = std::acos(-1.0) / 2 * i / 100;
    circle.push_back({1 - std::cos(angle), 1 - std::sin(angle)});
  }
  CHECK(knee(circle) == 50u);
}

TEST_CASE("Fronts without a knee") {
  CHECK_FALSE(knee({}));
  CHECK_FALSE(knee({{1, 2}}));
  CHECK_FALSE(knee({{1, 2}, {2, 1}}));
  CHECK_FALSE(knee({{0, 1}, {0.1, 0.9}, {0.3, 0.7}, {1, 0}}));  // straight
  CHECK_FALSE(knee({{0, 1}, {0.8, 0.8}, {1, 0}}));              // concave
}
