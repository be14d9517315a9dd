// SPDX-License-Identifier: Apache-2.0
#include "search_aging/aging.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <iostream>

#include "drive.hpp"
#include "problem_space.hpp"
#include "search_common/hypervolume.hpp"
#include "search_random/random_search.hpp"

using namespace nac;
using namespace nac::bench;
using namespace nac::testing;
using namespace nac::searching;

namespace {

/// Number of positions in which two candidates differ.
int distance(const genome &a, const genome &b) {
  int d = 0;
  for (std::size_t i = 0; i < a.size(); ++i) d += a[i] != b[i] && !(std::isnan(a[i]) && std::isnan(b[i])) ? 1 : 0;
  return d;
}

template <class Score>
double median_of(const maker &make, const problem &p, uint64_t trials, const Score &score) {
  std::vector<double> values;
  for (uint64_t seed = 0; seed < 11; ++seed) values.push_back(score(nac::testing::run(*make(), p, {seed, trials, 1})));
  return median(values);
}
const maker kAging = [] { return std::make_unique<aging>(aging_options{}); };
const maker kRandom = [] { return std::make_unique<random_search>(); };

}  // namespace

TEST_CASE("children differ from a living result in one value, and the oldest results have died") {
  const problem p = nascat();
  aging s({10, 3});
  s.start(p.space, {2, 5, 300, 1});
  std::vector<genome> asked;
  for (uint64_t trial = 0; trial < 300; ++trial) {
    genome g;
    REQUIRE(s.ask(trial, g) == ask_outcome::proposed);
    if (trial >= 10) {
      int nearest = 99;
      for (uint64_t k = trial - 10; k < trial; ++k) nearest = std::min(nearest, distance(asked[k], g));
      REQUIRE(nearest == 1);
    }
    asked.push_back(g);
    s.tell({trial, NAC_OK, g, p.evaluate(g)});
  }
}

TEST_CASE("tournaments as large as the population choose the best") {
  const problem p = weighted({integer_dimension("n", 0, 100000)}, 1);
  aging s({8, 8});
  s.start(p.space, {1, 5, 300, 1});
  std::vector<double> values;
  int near = 0;
  for (uint64_t trial = 0; trial < 300; ++trial) {
    genome g;
    REQUIRE(s.ask(trial, g) == ask_outcome::proposed);
    values.push_back(g[0]);
    if (trial >= 8) near += g[0] < 20000 ? 1 : 0;
    s.tell({trial, NAC_OK, g, p.evaluate(g)});
  }
  CHECK(near > 150);
}

TEST_CASE("aging evolution beats random search with one objective and with two") {
  const auto lowest = [](const run_record &r) { return best(r); };
  CHECK(median_of(kAging, mixcond(), 300, lowest) < median_of(kRandom, mixcond(), 300, lowest) - 0.008);
  CHECK(median_of(kAging, hartmann6(), 300, lowest) < median_of(kRandom, hartmann6(), 300, lowest) - 0.5);
  const problem tree = braggtoy();
  const auto volume = [&](const run_record &r) { return hypervolume(r.rows, 2, tree.near_reference); };
  CHECK(median_of(kAging, tree, 1000, volume) > 0.02 + median_of(kRandom, tree, 1000, volume));
}

TEST_CASE("aging's parameters are checked") {
  CHECK_THROWS_WITH(aging(aging_options{1, 0}), Catch::Contains("population"));
  CHECK_THROWS_WITH(aging(aging_options{10, 11}), Catch::Contains("sample"));
}

TEST_CASE("aging's overhead is small") {
  const run_record r = nac::testing::run(*kAging(), braggtoy(), {1, 5000, 8});
  std::cout << "aging: " << r.mean_us << " us per ask and tell over 5,000 trials\n";
  CHECK(r.mean_us < 2000);
}
