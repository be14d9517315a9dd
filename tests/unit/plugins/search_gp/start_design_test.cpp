// SPDX-License-Identifier: Apache-2.0
#include "search_gp/start_design.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "known_costs.hpp"
#include "problem_space.hpp"

using namespace nac;
using namespace nac::testing;
using namespace nac::searching;

TEST_CASE("the first candidates cover the cost axis more evenly than random ones") {
  for (const bench::problem &p : {bench::nascat(), bench::braggtoy()}) {
    CAPTURE(p.name);
    const space_model s(p.space);
    const kernel k(s);
    constexpr std::size_t count = 20;
    double span_designed = 0, span_random = 0;
    for (uint64_t seed = 0; seed < 5; ++seed) {
      rng r(seed);
      const auto span = [&](const std::vector<genome> &all) {
        std::vector<double> costs;
        for (const genome &g : all) costs.push_back(p.evaluate(s.canonical(g))[1]);
        return *std::max_element(costs.begin(), costs.end()) - *std::min_element(costs.begin(), costs.end());
      };
      const std::vector<genome> design = start_design(s, k, screen(costs_of(p), 2), count, r);
      REQUIRE(design.size() == count);
      span_designed += span(design);
      std::vector<genome> random;
      for (std::size_t i = 0; i < count; ++i) random.push_back(s.random_genome(r));
      span_random += span(random);
    }
    CHECK(span_designed > 1.3 * span_random);
  }
}

TEST_CASE("designs hold feasible candidates of different networks, as far as there are any") {
  const bench::problem p = bench::braggtoy();
  const auto source = costs_of(p);
  source->feasible = [](const std::vector<double> &g) { return g[0] >= 2; };
  source->ignored = 0;
  const space_model s(p.space);
  const kernel k(s);
  const screen known(source, 2);
  rng r(1);
  std::set<phenotype> networks;
  for (const genome &g : start_design(s, k, known, 30, r)) {
    const screened found = known(s, g);
    CHECK(found.feasible);
    CHECK(networks.insert(found.network).second);
  }
  CHECK(networks.size() == 30);

  const bench::problem small = weighted(small_tree(), 2);
  const space_model tiny(small.space);
  const std::vector<genome> all = start_design(tiny, kernel(tiny), screen(nullptr, 2), 30, r);
  CHECK(all.size() > 15);
  CHECK(all.size() <= 22);  // the space has no more
  source->feasible = [](const std::vector<double> &) { return false; };
  CHECK(start_design(s, k, known, 30, r).empty());
}
