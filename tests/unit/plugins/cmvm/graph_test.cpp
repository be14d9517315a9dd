// SPDX-License-Identifier: Apache-2.0
#include "cmvm/graph.hpp"

#include <catch2/catch.hpp>

#include "cmvm/solve.hpp"
#include "nac/cpp/error.hpp"

using namespace nac::cmvm;

namespace {

/// y0 = 5 x0 - 2 x1, y1 = 5 x0 + 7.
problem small() { return {2, 2, {5, 5, -2, 0}, {{-8, 7}, {0, 15}}, {0, 7}}; }

}  // namespace

TEST_CASE("Width of an adder counts what has to be added", "[cmvm]") {
  CHECK(adder_width({{-128, 127}, 0, 0}, {{-128, 127}, 0, 0}) == 8);
  CHECK(adder_width({{-128, 127}, 0, 0}, {{-128, 127}, 0, 3}) == 8);  // the low three bits pass
  CHECK(adder_width({{0, 255}, 0, 0}, {{0, 255}, 0, 0}) == 8);
  CHECK(adder_width({{0, 255}, 0, 0}, {{-1, 0}, 0, 0}) == 9);
  CHECK(adder_width({{0, 254}, 1, 0}, {{0, 255}, 0, 0}) == 7);
  CHECK(width_of({-128, 127}) == 8);
  CHECK(width_of({0, 255}) == 8);
  CHECK(width_of({0, 0}) == 0);
  CHECK(width_of({-1, 0}) == 1);
}

TEST_CASE("A graph computes its matrix and knows its ranges", "[cmvm]") {
  const adder_graph g = solve(small());
  verify(g, small());
  CHECK(g.adders() == 3);
  CHECK(g.evaluate({3, 4}) == std::vector<int64_t>{7, 22});
  CHECK(g.outputs[0].range == bounds{-70, 35});
  CHECK(g.outputs[1].range == bounds{-33, 42});
  CHECK_THROWS_AS(g.evaluate({3}), nac::failure);
}

TEST_CASE("The check finds every kind of damage", "[cmvm]") {
  const adder_graph good = solve(small());
  const auto refused = [](const adder_graph &g) { CHECK_THROWS_AS(verify(g, small()), nac::failure); };
  std::size_t sum = 0;
  while (good.nodes[sum].kind != node_kind::sum) ++sum;
  auto g = good;
  g.nodes[sum].shift += 1;
  refused(g);
  g = good;
  g.nodes[sum].negate_b = !g.nodes[sum].negate_b;
  refused(g);
  g = good;
  g.nodes[sum].range.high += 1;
  refused(g);
  g = good;
  g.outputs[0].negate = !g.outputs[0].negate;
  refused(g);
  g = good;
  g.outputs[1].range.low += 1;
  refused(g);
  g = good;
  g.nodes[sum].b = static_cast<int>(sum);
  refused(g);
  g = good;
  for (auto &n : g.nodes)
    if (n.kind == node_kind::constant) n.value += 1;
  refused(g);
  auto other = small();
  other.bias = {0, 8};
  CHECK_THROWS_AS(verify(good, other), nac::failure);
}

TEST_CASE("Impossible problems are refused", "[cmvm]") {
  auto p = small();
  p.matrix.pop_back();
  CHECK_THROWS_WITH(solve(p), Catch::Contains("3 values do not make 2 x 2"));
  p = small();
  p.range.pop_back();
  CHECK_THROWS_WITH(solve(p), Catch::Contains("1 input ranges for 2 inputs"));
  p = small();
  p.range[1] = {3, 2};
  CHECK_THROWS_WITH(solve(p), Catch::Contains("input 1 has the empty range [3, 2]"));
  p = small();
  p.bias = {1};
  CHECK_THROWS_WITH(solve(p), Catch::Contains("1 biases for 2 outputs"));
  p = small();
  p.matrix[0] = int64_t{1} << 59;
  CHECK_THROWS_WITH(solve(p), Catch::Contains("more than 62 bits"));
}
