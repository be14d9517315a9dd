// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "base/error.hpp"
#include "nac/cpp/rng.hpp"
#include "study/pareto.hpp"

using nac::fw::hypervolume;
using nac::fw::Objectives;

namespace {

/// Inclusion and exclusion over all subsets: exact, exponential, and nothing in common with the sweeps.
double brute_force(const std::vector<Objectives> &points, const Objectives &reference) {
  double volume = 0;
  for (unsigned subset = 1; subset < (1u << points.size()); ++subset) {
    Objectives corner(reference.size(), -1e300);
    for (std::size_t i = 0; i < points.size(); ++i)
      if ((subset >> i & 1u) != 0)
        for (std::size_t k = 0; k < corner.size(); ++k) corner[k] = std::max(corner[k], points[i][k]);
    double box = 1;
    for (std::size_t k = 0; k < corner.size(); ++k) box *= std::max(0.0, reference[k] - corner[k]);
    volume += (__builtin_popcount(subset) % 2 == 1 ? 1 : -1) * box;
  }
  return volume;
}

}  // namespace

TEST_CASE("Hypervolumes known by hand") {
  CHECK(hypervolume({}, {1, 1}) == 0);
  CHECK(hypervolume({{0.25}}, {1}) == Approx(0.75));
  CHECK(hypervolume({{0, 0}}, {2, 3}) == Approx(6));
  CHECK(hypervolume({{1, 3}, {2, 2}, {3, 1}}, {4, 4}) == Approx(6));
  CHECK(hypervolume({{1, 3}, {2, 2}, {3, 1}, {2, 2}, {3, 3}}, {4, 4}) == Approx(6));
  CHECK(hypervolume({{4, 0}, {0, 4}}, {4, 4}) == 0);
  CHECK(hypervolume({{0, 0, 0}}, {1, 2, 3}) == Approx(6));
  CHECK(hypervolume({{0, 1, 1}, {1, 0, 1}, {1, 1, 0}}, {2, 2, 2}) == Approx(4));
  CHECK(hypervolume({{-1, -1, -1, -1}, {0, 0, 0, 0}}, {1, 1, 1, 1}) == Approx(16));
  CHECK_THROWS_WITH(hypervolume({{1, 2, 3}}, {4, 4}), "a point has 3 objectives, the reference point has 2");
}

TEST_CASE("Hypervolumes equal inclusion and exclusion") {
  nac::rng rng(11);
  for (std::size_t dimensions = 1; dimensions <= 6; ++dimensions)
    for (int round = 0; round < 60; ++round) {
      std::vector<Objectives> points(1 + rng.below(9), Objectives(dimensions));
      // A coarse grid makes ties and duplicates common; some points lie beyond the reference.
      for (Objectives &p : points)
        for (double &x : p) x = round % 2 == 0 ? rng.uniform(0, 1.1) : static_cast<double>(rng.below(5)) / 4.0;
      std::vector<Objectives> inside;
      for (const Objectives &p : points)
        if (*std::max_element(p.begin(), p.end()) < 1) inside.push_back(p);
      const Objectives reference(dimensions, 1.0);
      INFO("dimensions " << dimensions << ", round " << round);
      REQUIRE(hypervolume(points, reference) == Approx(brute_force(inside, reference)).margin(1e-12));
    }
}

TEST_CASE("The hypervolume of a dense quarter circle approaches its area") {
  std::vector<Objectives> points;
  const double pi = std::acos(-1.0);
  for (int i = 0; i <= 4000; ++i) {
    const double angle = pi / 2 * i / 4000;
    points.push_back({1 - std::cos(angle), 1 - std::sin(angle)});
  }
  CHECK(hypervolume(points, {1, 1}) == Approx(pi / 4).epsilon(1e-3));
}
