// SPDX-License-Identifier: Apache-2.0
//
// Smoke tests of search quality with fixed seeds; `bench/search/check gp` measures properly.
#include <catch2/catch.hpp>
#include <deque>

#include "known_costs.hpp"
#include "search_common/hypervolume.hpp"
#include "search_gp/gp_search.hpp"

using namespace nac;
using namespace nac::testing;
using namespace nac::searching;

namespace {
double median_volume(const bench::problem &p, std::shared_ptr<const candidate_source> source, uint64_t trials) {
  std::vector<double> volumes;
  for (uint64_t seed = 0; seed < 3; ++seed) {
    gp_search s{gp_options{}};
    s.start(p.space, {2, seed, trials, 1, source});
    std::vector<double> rows;
    for (uint64_t trial = 0; trial < trials; ++trial) {
      genome g;
      REQUIRE(s.ask(trial, g) == ask_outcome::proposed);
      const std::vector<double> f = p.evaluate(g);
      rows.insert(rows.end(), f.begin(), f.end());
      s.tell({trial, NAC_OK, g, f});
    }
    volumes.push_back(hypervolume(rows, 2, p.near_reference));
  }
  return median(volumes);
}
}  // namespace

TEST_CASE("a hundred trials with known costs are worth a thousand of nsga2") {
  const bench::problem flat = bench::nascat(), tree = bench::braggtoy();
  CHECK(median_volume(flat, costs_of(flat), 100) > 2250);  // nsga2 after 1000: 2258
  CHECK(median_volume(tree, costs_of(tree), 100) > 0.705);
}

TEST_CASE("without the host's answers it is still far better than random search") {
  const bench::problem flat = bench::nascat();
  CHECK(median_volume(flat, nullptr, 100) > 1800);  // random after 1000: 1720
}
