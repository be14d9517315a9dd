// SPDX-License-Identifier: Apache-2.0
#include "cmvm/solve.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "matrices.hpp"

using namespace nac::cmvm;

namespace {

void check_values(std::mt19937_64 &random, const problem &p, const adder_graph &g) {
  for (int k = 0; k < 24; ++k) {
    const auto x = random_input(random, p, k % 2 == 0), y = g.evaluate(x);
    REQUIRE(y == multiply(p, x));
    for (std::size_t o = 0; o < y.size(); ++o) {
      REQUIRE(y[o] >= g.outputs[o].range.low);
      REQUIRE(y[o] <= g.outputs[o].range.high);
    }
  }
}

adder_graph solved(const problem &p, const settings &how = {}) {
  adder_graph g = solve(p, how);
  verify(g, p);
  return g;
}

problem of(std::vector<int64_t> matrix, int64_t inputs, int64_t outputs) {
  return {inputs, outputs, std::move(matrix), std::vector<bounds>(static_cast<std::size_t>(inputs), {-128, 127}), {}};
}

}  // namespace

TEST_CASE("Random matrices are computed exactly and never dearer than without sharing", "[cmvm]") {
  std::mt19937_64 random(1);
  for (const shape s : {shape{1, 1, 0, 8}, shape{1, 9, 0, 8}, shape{9, 1, 0, 8}, shape{3, 8, 0, 8}, shape{8, 8, 50, 6},
                        shape{16, 16, 80, 8}, shape{5, 7, 0, 2}, shape{12, 20, 30, 3}, shape{6, 6, 0, 16},
                        shape{4, 4, 0, 28}, shape{20, 10, 97, 8}, shape{6, 6, 100, 8}})
    for (const bool with_bias : {false, true}) {
      const problem p = random_problem(random, s, with_bias);
      const adder_graph g = solved(p, {-1, 300'000, 64}), plain = separate_trees(p);
      verify(plain, p);
      check_values(random, p, g);
      check_values(random, p, plain);
      CHECK(g.adder_bits() <= plain.adder_bits());
    }
}

TEST_CASE("Sharing saves what it should on dense matrices", "[cmvm]") {
  std::mt19937_64 random(2);
  problem p = random_problem(random, {16, 32, 0, 8}, false);
  p.range.assign(16, {-128, 127});
  const adder_graph once = solved(p, {-1, 1, 64}), more = solved(p), plain = separate_trees(p);
  CHECK(once.adder_bits() < plain.adder_bits() * 6 / 10);
  CHECK(more.adder_bits() < once.adder_bits());
}

TEST_CASE("Ranges are reached, in small problems by trying all inputs", "[cmvm]") {
  std::mt19937_64 random(3);
  for (int round = 0; round < 20; ++round) {
    problem p = random_problem(random, {3, 4, 20, 6}, true);
    p.range = {{-4, 3}, {0, 5}, {2, 6}};
    const adder_graph g = solved(p, {-1, 10'000, 64});
    // As outputs, all nodes can be looked at.
    adder_graph all = g;
    all.outputs.clear();
    for (std::size_t i = 0; i < g.nodes.size(); ++i)
      all.outputs.push_back({static_cast<int>(i), 0, false, 0, g.nodes[i].range});
    std::vector<bounds> seen(all.outputs.size(), {INT64_MAX, INT64_MIN});
    for (int64_t a = -4; a <= 3; ++a)
      for (int64_t b = 0; b <= 5; ++b)
        for (int64_t c = 2; c <= 6; ++c) {
          const auto y = all.evaluate({a, b, c});
          for (std::size_t i = 0; i < y.size(); ++i)
            seen[i] = {std::min(seen[i].low, y[i]), std::max(seen[i].high, y[i])};
        }
    for (std::size_t i = 0; i < seen.size(); ++i) CHECK(seen[i] == g.nodes[i].range);
  }
}

TEST_CASE("Columns that differ by shift, sign or constant share their sum", "[cmvm]") {
  // 3 x0 + 5 x1; its double; its negative; zero; x0 * 16.
  problem p = of({3, 6, -3, 0, 16, 5, 10, -5, 0, 0}, 2, 5);
  CHECK(solved(p).adders() == 3);
  CHECK(solved(p).negations() == 1);
  p.bias = {0, 1, 1, 77, 0};
  const adder_graph g = solved(p);
  CHECK(g.adders() == 5);  // the negation is part of an addition
  CHECK(g.negations() == 0);
  CHECK(g.outputs[3].node == -1);
  CHECK(g.outputs[3].value == 77);
}

TEST_CASE("Trivial matrices need no adders", "[cmvm]") {
  CHECK(solved(of({1, 0, 0, 0, 4, 0, 0, 0, 64}, 3, 3)).adders() == 0);
  CHECK(solved(of({0, 0, 0, 0}, 2, 2)).depth() == 0);
  CHECK(solved(of({}, 0, 0)).nodes.empty());
  problem p = of({}, 0, 2);
  p.bias = {5, -5};
  CHECK(solved(p).evaluate({}) == std::vector<int64_t>{5, -5});
  p = of({3, 7}, 2, 1);
  p.range = {{2, 2}, {0, 0}};
  CHECK(solved(p).evaluate({2, 0}) == std::vector<int64_t>{6});
  CHECK(solved(p).adders() == 0);
}

TEST_CASE("Differences are turned round rather than negated", "[cmvm]") {
  const adder_graph g = solved(of({-1, -7, 1, 7}, 2, 2));
  CHECK(g.negations() == 0);
  CHECK(solved(of({-3}, 1, 1)).negations() == 0);  // x - 4x
}

TEST_CASE("Depth stays within its bound", "[cmvm]") {
  std::mt19937_64 random(4);
  for (const shape s :
       {shape{8, 8, 0, 8}, shape{16, 24, 50, 8}, shape{32, 5, 0, 8}, shape{80, 6, 0, 5}, shape{3, 64, 0, 8}})
    for (const bool with_bias : {false, true}) {
      const problem p = random_problem(random, s, with_bias);
      const int least = least_depth(p);
      int64_t dearest = separate_trees(p).adder_bits();
      for (const int extra : {0, 1, 2}) {
        const adder_graph g = solved(p, {extra, 100'000, 64});
        CHECK(g.depth() <= least + extra);
        check_values(random, p, g);
        if (extra == 0) CHECK(g.adder_bits() < dearest);
      }
    }
}

TEST_CASE("The same problem gives the same graph", "[cmvm]") {
  std::mt19937_64 random(5);
  const problem p = random_problem(random, {12, 12, 20, 8}, true);
  const adder_graph a = solve(p), b = solve(p);
  REQUIRE(a.nodes.size() == b.nodes.size());
  for (std::size_t i = 0; i < a.nodes.size(); ++i) {
    CHECK(a.nodes[i].a == b.nodes[i].a);
    CHECK(a.nodes[i].b == b.nodes[i].b);
    CHECK(a.nodes[i].shift == b.nodes[i].shift);
  }
}
