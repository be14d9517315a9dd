// SPDX-License-Identifier: Apache-2.0
#include "search_common/variation.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "drive.hpp"
#include "problem_space.hpp"

using namespace nac;
using namespace nac::bench;
using namespace nac::searching;

TEST_CASE("mutation changes an active gene and keeps every value legal") {
  const space_model space(braggtoy().space);
  rng r(1);
  double changed = 0;
  for (int round = 0; round < 3000; ++round) {
    const genome before = space.random_genome(r);
    genome after = before;
    mutate(space, after, number_mode::local, 1, r);
    for (std::size_t i = 0; i < space.size(); ++i) REQUIRE(space.legal(i, after[i]));
    REQUIRE(space.identity(before) != space.identity(after));
    for (std::size_t i = 0; i < space.size(); ++i) changed += before[i] != after[i] ? 1 : 0;
  }
  // Rate 1/n plus one forced change when none happened: about 1 + 1/e.
  CHECK(changed / 3000 == Approx(1.37).margin(0.08));
}

TEST_CASE("mutation changes as many genes as asked for, if there are that many") {
  const space_model space({choice_dimension("a", 3), ordered_dimension("b", 4), choice_dimension("one", 1)});
  rng r(2);
  for (int round = 0; round < 200; ++round) {
    genome g = {1, 2, 0};
    mutate(space, g, number_mode::local, 5, r);
    CHECK(g[0] != 1);
    CHECK(g[1] != 2);
    CHECK(g[2] == 0);
  }
}

TEST_CASE("the smallest mutation changes one active gene and none beside it") {
  const space_model space(braggtoy().space);
  rng r(9);
  for (int round = 0; round < 2000; ++round) {
    const genome before = space.random_genome(r);
    genome after = before;
    mutate_one(space, after, number_mode::local, r);
    const std::vector<char> active = space.activity(before);
    int changes = 0;
    for (std::size_t i = 0; i < space.size(); ++i) {
      if (before[i] == after[i]) continue;
      REQUIRE(active[i]);
      ++changes;
    }
    REQUIRE(changes == 1);
  }
}

TEST_CASE("integers with many values are crossed like numbers and stay legal") {
  const space_model space({integer_dimension("n", 0, 3000, 3)});
  rng r(10);
  double mean = 0;
  std::set<double> values;
  for (int round = 0; round < 4000; ++round) {
    const genome child = crossover(space, {300}, {1500}, number_mode::local, r);
    REQUIRE(space.legal(0, child[0]));
    values.insert(child[0]);
    mean += child[0] / 4000;
  }
  CHECK(mean == Approx(900).margin(40));
  CHECK(values.size() > 50);
}

TEST_CASE("ordered values mostly move by one step") {
  const space_model space({ordered_dimension("w", 9)});
  rng r(3);
  std::map<int, int> steps;
  for (int round = 0; round < 4000; ++round) {
    genome g = {4};
    mutate(space, g, number_mode::local, 1, r);
    ++steps[static_cast<int>(g[0]) - 4];
  }
  CHECK(steps.count(0) == 0);
  CHECK((steps[-1] + steps[1]) / 4000.0 == Approx(0.7 + 0.3 * 2 / 8).margin(0.03));
  CHECK(steps[1] / 4000.0 == Approx(steps[-1] / 4000.0).margin(0.04));
}

TEST_CASE("local mutation of numbers stays near, uniform mutation does not") {
  const space_model space({number_dimension("x", 0, 1)});
  rng r(4);
  double local = 0, uniform = 0;
  for (int round = 0; round < 4000; ++round) {
    genome a = {0.5}, b = {0.5};
    mutate(space, a, number_mode::local, 1, r);
    mutate(space, b, number_mode::uniform, 1, r);
    local += std::abs(a[0] - 0.5) / 4000;
    uniform += std::abs(b[0] - 0.5) / 4000;
  }
  CHECK(local < 0.06);
  CHECK(uniform == Approx(0.25).margin(0.02));
}

TEST_CASE("children inherit discrete genes, and active ones over dormant ones") {
  const space_model space(testing::small_tree());
  const genome a = {0, 1, 10, -1, 0, 0}, b = {1, 2, 14, 2, 1, 2};  // b, c active in a; d, e, f in b
  rng r(5);
  int from_a = 0;
  for (int round = 0; round < 1000; ++round) {
    const genome child = crossover(space, a, b, number_mode::uniform, r);
    const genome &source = child[0] == 0 ? a : b;
    const std::vector<char> flags = space.activity(child);
    for (std::size_t i = 0; i < child.size(); ++i)
      if (flags[i]) REQUIRE(child[i] == source[i]);
    from_a += child[0] == 0 ? 1 : 0;
  }
  CHECK(from_a == Approx(500).margin(80));
}

TEST_CASE("half of the crossovers keep a block together") {
  const space_model space({choice_dimension("block", 1), only_if(choice_dimension("c", 2), 0, {0}),
                           only_if(choice_dimension("k", 2), 0, {0}), only_if(choice_dimension("n", 2), 0, {0})});
  rng r(6);
  int whole = 0;
  for (int round = 0; round < 4000; ++round) {
    const genome child = crossover(space, {0, 0, 0, 0}, {0, 1, 1, 1}, number_mode::uniform, r);
    whole += child[1] == child[2] && child[2] == child[3] ? 1 : 0;
  }
  CHECK(whole / 4000.0 == Approx(0.5 + 0.5 * 0.25).margin(0.03));
}

TEST_CASE("SBX keeps the parents' mean and stays in range") {
  const space_model space({number_dimension("x", -10, 30)});
  rng r(7);
  double mean = 0;
  for (int round = 0; round < 20000; ++round) {
    const genome child = crossover(space, {2}, {12}, number_mode::local, r);
    REQUIRE(space.legal(0, child[0]));
    mean += child[0] / 20000;
  }
  CHECK(mean == Approx(7).margin(0.15));
}
