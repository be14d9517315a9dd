// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "drive.hpp"
#include "problem_space.hpp"
#include "search_grid/grid_search.hpp"

using namespace nac;
using namespace nac::bench;
using namespace nac::searching;
using nac::testing::run;
using nac::testing::text_of;
using nac::testing::weighted;

namespace {

std::vector<genome> all_of(std::vector<dimension> space, uint64_t levels, uint64_t seed = 3) {
  grid_search s({levels});
  return run(s, weighted(std::move(space), 1), {seed, 1000000, 1}).asked;
}

std::set<double> column(const std::vector<genome> &points, std::size_t i, std::size_t count) {
  std::set<double> values;
  for (std::size_t k = 0; k < count; ++k) values.insert(points[k][i]);
  return values;
}

}  // namespace

TEST_CASE("a grid has every combination once and ends") {
  const std::vector<genome> points =
      all_of({choice_dimension("c", 3), integer_dimension("n", 2, 10, 2), number_dimension("x", -1, 1)}, 4);
  CHECK(points.size() == 3 * 5 * 4);
  std::set<std::string> different;
  for (const genome &g : points) different.insert(text_of(g));
  CHECK(different.size() == points.size());
  CHECK(column(points, 1, points.size()) == std::set<double>{2, 4, 6, 8, 10});
}

TEST_CASE("levels are evenly spaced, on the logarithm where the dimension is logarithmic") {
  const std::vector<genome> points = all_of({number_dimension("lr", 1e-4, 1, true), number_dimension("x", 0, 1)}, 5);
  REQUIRE(points.size() == 25);
  const std::set<double> rates = column(points, 0, 25), x = column(points, 1, 25);
  REQUIRE(rates.size() == 5);
  int exponent = -4;
  for (const double rate : rates) CHECK(std::log10(rate) == Approx(exponent++).margin(1e-9));
  CHECK(x == std::set<double>{0, 0.25, 0.5, 0.75, 1});
}

TEST_CASE("the ends come first, then what lies between") {
  const std::vector<genome> points = all_of({integer_dimension("a", 0, 8), ordered_dimension("b", 9)}, 2);
  REQUIRE(points.size() == 81);
  for (const std::size_t i : {0u, 1u}) {
    CHECK(column(points, i, 4) == std::set<double>{0, 8});
    CHECK(column(points, i, 9) == std::set<double>{0, 4, 8});
    CHECK(column(points, i, 25) == std::set<double>{0, 2, 4, 6, 8});
    CHECK(column(points, i, 81).size() == 9);
  }
}

TEST_CASE("conditional dimensions are axes only where they are active") {
  // k = 0, 1, ..., 6; x exists for k = 3 only, y for a choice; coarse passes do not reach k = 3.
  const std::vector<genome> points = all_of({integer_dimension("k", 0, 6), only_if(number_dimension("x", 0, 1), 0, {3}),
                                             choice_dimension("c", 2), only_if(ordered_dimension("y", 7), 2, {1})},
                                            5);
  CHECK(points.size() == (6 + 5) * (1 + 7));
  std::size_t with_x = 0, with_y = 0;
  for (const genome &g : points) {
    CHECK(std::isnan(g[1]) == (g[0] != 3));
    with_x += std::isnan(g[1]) ? 0 : 1;
    with_y += std::isnan(g[3]) ? 0 : 1;
  }
  CHECK(with_x == 5 * 8);
  CHECK(with_y == 7 * 11);
}

TEST_CASE("the seed shuffles the order inside a pass, not the points") {
  const std::vector<dimension> space = {ordered_dimension("a", 5), choice_dimension("b", 4)};
  const std::vector<genome> one = all_of(space, 2, 1), two = all_of(space, 2, 2);
  CHECK(one != two);
  CHECK(std::set<genome>(one.begin(), one.end()) == std::set<genome>(two.begin(), two.end()));
}

TEST_CASE("spaces without end in sight are no problem") {
  grid_search s({7});
  const nac::testing::run_options o{1, 300, 8};
  CHECK(run(s, braggtoy(), o).asked.size() == 300);
  grid_search wide({2});
  CHECK(run(wide, weighted({integer_dimension("n", -4e15, 4e15), number_dimension("x", 0, 1)}, 1), o).asked.size() ==
        300);
  CHECK_THROWS_WITH(grid_search(grid_options{1}), Catch::Contains("levels"));
}
