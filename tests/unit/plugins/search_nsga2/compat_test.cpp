// SPDX-License-Identifier: Apache-2.0
#include "search_nsga2/compat.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "drive.hpp"
#include "problem_space.hpp"
#include "search_common/hypervolume.hpp"
#include "search_nsga2/nsga2.hpp"

using namespace nac;
using namespace nac::bench;
using namespace nac::searching;
using nac::testing::run;

TEST_CASE("genes that some trial left dormant are never inherited") {
  const space_model space(
      {choice_dimension("block", 2), ordered_dimension("w", 50), only_if(ordered_dimension("c", 50), 0, {0})});
  const std::vector<finished> parents = {{0, true, {0, 7, 7}, {0, 1}}, {1, true, {0, 9, 9}, {1, 0}}};
  shared_genes shared;
  rng r(1);
  for (const bool somewhere_dormant : {false, true}) {
    for (const finished &f : parents) shared.note(space, f.genes);
    if (somewhere_dormant) shared.note(space, {1, 3, 3});
    CHECK(shared.contains(1));
    CHECK(shared.contains(2) == !somewhere_dormant);
    int inherited = 0;
    for (int round = 0; round < 2000; ++round) {
      const genome child = optuna_child(space, parents, shared, 0.9, r);
      inherited += child[2] == 7 || child[2] == 9 ? 1 : 0;
    }
    // Redrawn with probability 1/3, or always.
    CHECK(inherited / 2000.0 == Approx(somewhere_dormant ? 0.04 : 2.0 / 3 + 0.04 / 3).margin(0.04));
  }
}

TEST_CASE("comparison runs repeat candidates, the default does not") {
  const bench::problem p = bench::nascat();
  const auto different = [&](const nsga2_options &o) {
    nsga2 s(o);
    std::set<std::string> texts;
    for (const genome &g : run(s, p, {3, 2000, 1}).asked) texts.insert(nac::testing::text_of(g));
    return texts.size();
  };
  CHECK(different({}) == 2000);
  const std::size_t kept = different({0, -1, nsga2_mode::automatic, true});
  CHECK(kept < 1960);
  CHECK(kept > 1500);
}

TEST_CASE("comparison runs are as good as Optuna 3.1's median, not better") {
  const bench::problem p = bench::braggtoy();
  std::vector<double> volumes;
  for (uint64_t seed = 0; seed < 7; ++seed) {
    nsga2 s({0, -1, nsga2_mode::automatic, true});
    volumes.push_back(hypervolume(run(s, p, {seed, 1000, 1}).rows, 2, p.near_reference));
  }
  CHECK(nac::testing::median(volumes) == Approx(0.6897).margin(0.012));
}
