// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <chrono>

#include "cmvm/solve.hpp"
#include "matrices.hpp"

using namespace nac::cmvm;

TEST_CASE("Many inputs are worked on in blocks", "[cmvm]") {
  std::mt19937_64 random(6);
  for (const shape s : {shape{65, 4, 0, 8}, shape{200, 8, 50, 8}, shape{400, 3, 80, 6}}) {
    const problem p = random_problem(random, s, true);
    for (const int block : {1, 16, 64}) {
      const adder_graph g = solve(p, {-1, 1, block});
      verify(g, p);
      CHECK(g.adder_bits() <= separate_trees(p).adder_bits());
    }
  }
}

TEST_CASE("A dense layer of 64 x 64 is quick", "[cmvm]") {
  std::mt19937_64 random(7);
  const problem p = random_problem(random, {64, 64, 0, 8}, true);
  const auto start = std::chrono::steady_clock::now();
  const adder_graph g = solve(p, {-1, 1, 64});
  // A third of a second when optimized; the bound is for sanitizers and busy machines.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
  verify(g, p);
  CHECK(g.adder_bits() < separate_trees(p).adder_bits() * 6 / 10);
}
