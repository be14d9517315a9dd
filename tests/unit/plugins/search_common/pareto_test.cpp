// SPDX-License-Identifier: Apache-2.0
#include "search_common/pareto.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "nac/cpp/rng.hpp"

using namespace nac;
using namespace nac::searching;

namespace {

/// Ranks by definition: peel off what nothing left over dominates.
std::vector<uint32_t> peeled(const std::vector<double> &f, std::size_t m) {
  const std::size_t n = f.size() / m;
  std::vector<uint32_t> ranks(n, UINT32_MAX);
  for (uint32_t rank = 0, left = static_cast<uint32_t>(n); left > 0; ++rank) {
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < n; ++i) {
      bool beaten = ranks[i] != UINT32_MAX;
      for (std::size_t j = 0; j < n && !beaten; ++j)
        beaten = ranks[j] == UINT32_MAX && dominates(&f[j * m], &f[i * m], m);
      if (!beaten) front.push_back(i);
    }
    for (const std::size_t i : front) ranks[i] = rank;
    left -= static_cast<uint32_t>(front.size());
  }
  return ranks;
}

}  // namespace

TEST_CASE("dominance needs one strictly better objective") {
  const double a[] = {1, 2}, b[] = {1, 3}, c[] = {0, 4};
  CHECK(dominates(a, b, 2));
  CHECK_FALSE(dominates(b, a, 2));
  CHECK_FALSE(dominates(a, a, 2));
  CHECK_FALSE(dominates(a, c, 2));
}

TEST_CASE("ranks agree with their definition, ties included") {
  rng r(7);
  for (const std::size_t m : {1u, 2u, 3u, 5u})
    for (int round = 0; round < 40; ++round) {
      const std::size_t n = 1 + r.below(60);
      const uint64_t levels = round % 2 == 0 ? 4 : 1000;  // 4: many equal values
      std::vector<double> f(n * m);
      for (double &v : f) v = static_cast<double>(r.below(levels));
      CAPTURE(m, n, round);
      REQUIRE(nondominated_ranks(f, m) == peeled(f, m));
    }
}

TEST_CASE("crowding is infinite at the ends and the side of the cuboid between") {
  const std::vector<double> f = {0, 10, 1, 6, 4, 4, 10, 0};
  const std::vector<double> d = crowding(f, 2, {0, 1, 2, 3});
  CHECK(std::isinf(d[0]));
  CHECK(std::isinf(d[3]));
  CHECK(d[1] == Approx(4.0 / 10 + 6.0 / 10));
  CHECK(d[2] == Approx(9.0 / 10 + 6.0 / 10));
  CHECK(crowding(f, 2, {}).empty());
}
