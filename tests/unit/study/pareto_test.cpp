// SPDX-License-Identifier: Apache-2.0
#include "study/pareto.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "nac/cpp/rng.hpp"

using nac::fw::Objectives;

TEST_CASE("Dominance needs no worse everywhere and better somewhere") {
  CHECK(nac::fw::dominates({1, 2}, {1, 3}));
  CHECK_FALSE(nac::fw::dominates({1, 3}, {1, 3}));
  CHECK_FALSE(nac::fw::dominates({1, 3}, {2, 2}));
  CHECK_THROWS_WITH(nac::fw::dominates({1}, {1, 2}), "points with 1 and 2 objectives cannot be compared");
}

TEST_CASE("Of equal points the first is on the front") {
  using Indices = std::vector<std::size_t>;
  CHECK(nac::fw::pareto_front({}).empty());
  CHECK(nac::fw::pareto_front({{3, 1}, {2, 2}, {2, 2}, {1, 3}, {3, 3}, {1, 4}}) == Indices{0, 1, 3});
}

TEST_CASE("The front equals the definition on random points with ties") {
  nac::rng rng(7);
  for (int round = 0; round < 200; ++round) {
    const std::size_t dimensions = 1 + rng.below(4);
    std::vector<Objectives> points(1 + rng.below(40), Objectives(dimensions));
    for (Objectives &p : points)
      for (double &x : p) x = static_cast<double>(rng.below(6));
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < points.size(); ++i) {
      bool keep = true;
      for (std::size_t j = 0; j < points.size(); ++j)
        keep = keep && !nac::fw::dominates(points[j], points[i]) && !(j < i && points[j] == points[i]);
      if (keep) expected.push_back(i);
    }
    REQUIRE(nac::fw::pareto_front(points) == expected);
  }
}
