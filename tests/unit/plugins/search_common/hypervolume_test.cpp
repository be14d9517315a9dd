// SPDX-License-Identifier: Apache-2.0
#include "search_common/hypervolume.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "nac/cpp/rng.hpp"

using namespace nac;
using namespace nac::searching;

namespace {

/// Points on an integer grid dominate a whole number of unit cubes: count them.
double counted(const std::vector<double> &f, std::size_t m, int side) {
  double volume = 0;
  const int cells = static_cast<int>(std::pow(side, static_cast<double>(m)) + 0.5);
  for (int cell = 0; cell < cells; ++cell) {
    bool inside = false;
    for (std::size_t i = 0; i * m < f.size() && !inside; ++i) {
      inside = true;
      for (std::size_t k = 0, rest = static_cast<std::size_t>(cell); k < m; ++k, rest /= static_cast<std::size_t>(side))
        inside &= f[i * m + k] <= static_cast<double>(rest % static_cast<std::size_t>(side));
    }
    volume += inside ? 1 : 0;
  }
  return volume;
}

}  // namespace

TEST_CASE("hypervolume equals the number of dominated cells") {
  rng r(3);
  for (const std::size_t m : {1u, 2u, 3u, 4u})
    for (int round = 0; round < 25; ++round) {
      constexpr int kSide = 6;
      std::vector<double> f(m * (1 + r.below(12)));
      for (double &v : f) v = static_cast<double>(r.below(kSide + 2));  // some lie outside
      const std::vector<double> reference(m, kSide);
      CAPTURE(m, round);
      REQUIRE(hypervolume(f, m, reference) == counted(f, m, kSide));
      std::vector<double> point(m);
      for (double &v : point) v = static_cast<double>(r.below(kSide));
      std::vector<double> with(f);
      with.insert(with.end(), point.begin(), point.end());
      REQUIRE(hypervolume_gain(f, m, point.data(), reference) == counted(with, m, kSide) - counted(f, m, kSide));
    }
}

TEST_CASE("nothing below the reference point has no volume") {
  CHECK(hypervolume({}, 2, {1, 1}) == 0);
  CHECK(hypervolume({1, 0, 2, -3}, 2, {1, 1}) == 0);
}
