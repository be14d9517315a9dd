// SPDX-License-Identifier: Apache-2.0
//
// Smoke tests of search quality with fixed seeds; bench/search measures properly.
#include <catch2/catch.hpp>
#include <iostream>

#include "drive.hpp"
#include "search_common/hypervolume.hpp"
#include "search_nsga2/nsga2.hpp"
#include "search_random/random_search.hpp"

using namespace nac;
using namespace nac::testing;
using namespace nac::searching;

namespace {

double median_volume(const maker &make, const bench::problem &p, const std::vector<double> &reference, uint64_t trials,
                     uint32_t lookahead) {
  std::vector<double> volumes;
  for (uint64_t seed = 0; seed < 5; ++seed)
    volumes.push_back(hypervolume(run(*make(), p, {seed, trials, lookahead}).rows, p.objectives, reference));
  return median(volumes);
}

maker nsga2_maker(nsga2_options o = {}) {
  return [o] { return std::make_unique<nsga2>(o); };
}
const maker kRandom = [] { return std::make_unique<random_search>(); };

}  // namespace

TEST_CASE("nsga2 beats random search by a margin, also with eight workers") {
  for (const uint32_t lookahead : {1u, 8u}) {
    CAPTURE(lookahead);
    const bench::problem flat = bench::nascat(), tree = bench::braggtoy(), numbers = bench::zdt(1);
    CHECK(median_volume(nsga2_maker(), flat, flat.near_reference, 1000, lookahead) >
          1.2 * median_volume(kRandom, flat, flat.near_reference, 1000, lookahead));
    CHECK(median_volume(nsga2_maker(), tree, tree.near_reference, 1000, lookahead) >
          0.03 + median_volume(kRandom, tree, tree.near_reference, 1000, lookahead));
    CHECK(median_volume(nsga2_maker(), numbers, numbers.far_reference, 1000, lookahead) >
          1.4 * median_volume(kRandom, numbers, numbers.far_reference, 1000, lookahead));
  }
}

TEST_CASE("nsga2 comes close to known fronts") {
  const bench::problem flat = bench::nascat(), tree = bench::braggtoy(), numbers = bench::zdt(1),
                       three = bench::dtlz2();
  CHECK(median_volume(nsga2_maker(), flat, flat.near_reference, 5000, 1) > 2445);        // exact: 2475.3
  CHECK(median_volume(nsga2_maker(), tree, tree.near_reference, 5000, 1) > 0.719);       // best known: 0.7212
  CHECK(median_volume(nsga2_maker(), numbers, numbers.near_reference, 5000, 1) > 0.84);  // exact: 0.877
  CHECK(median_volume(nsga2_maker(), three, three.near_reference, 5000, 1) > 0.755);     // exact: 0.807
}

TEST_CASE("evolution by generations works as well, also with eight workers") {
  const bench::problem flat = bench::nascat(), numbers = bench::zdt(1);
  const maker by_generations = nsga2_maker({0, -1, nsga2_mode::generational});
  for (const uint32_t lookahead : {1u, 8u}) {
    CAPTURE(lookahead);
    CHECK(median_volume(by_generations, flat, flat.near_reference, 1000, lookahead) > 2150);
    CHECK(median_volume(by_generations, numbers, numbers.far_reference, 1000, lookahead) > 5.6);
  }
}

TEST_CASE("nsga2's parameters are checked and used") {
  const bench::problem p = bench::nascat();
  CHECK(run(*nsga2_maker({30, -1})(), p, {1, 100, 1}).rows != run(*nsga2_maker()(), p, {1, 100, 1}).rows);
  CHECK_THROWS_WITH(nsga2(nsga2_options{1, 0.5}), Catch::Contains("population"));
  CHECK_THROWS_WITH(nsga2(nsga2_options{10, 1.5}), Catch::Contains("crossover"));
  CHECK_THROWS_WITH(nsga2(nsga2_options{0, -1, nsga2_mode::steady, true}), Catch::Contains("generations"));
}

TEST_CASE("a long warm start is digested quickly and used") {
  const bench::problem p = bench::zdt(1);
  random_search source;
  const run_record earlier = run(source, p, {4, 5000, 1});
  nsga2 s{nsga2_options{}};
  s.start(p.space, {2, 1, 1000, 1});
  for (uint64_t i = 0; i < 5000; ++i)
    s.tell({10000 + i, NAC_OK, earlier.asked[i], {earlier.rows[2 * i], earlier.rows[2 * i + 1]}});
  std::vector<double> rows;
  for (uint64_t trial = 0; trial < 300; ++trial) {
    genome g;
    REQUIRE(s.ask(trial, g) == ask_outcome::proposed);
    const std::vector<double> f = p.evaluate(g);
    rows.insert(rows.end(), f.begin(), f.end());
    s.tell({trial, NAC_OK, g, f});
  }
  CHECK(hypervolume(rows, 2, p.far_reference) > 0.3 + hypervolume(earlier.rows, 2, p.far_reference));
}

TEST_CASE("nsga2's overhead does not grow with the study") {
  const bench::problem p = bench::braggtoy();
  const run_record r = run(*nsga2_maker()(), p, {1, 5000, 8});
  std::cout << "nsga2: " << r.mean_us << " us per ask and tell over 5,000 trials of 43 dimensions, worst ask "
            << r.worst_ask_ms << " ms\n";
  CHECK(r.mean_us < 2000);  // far above the expected 50, so that a busy machine or a sanitizer does not fail it
}
