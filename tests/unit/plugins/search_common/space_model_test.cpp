// SPDX-License-Identifier: Apache-2.0
#include "search_common/space_model.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "drive.hpp"
#include "problem_space.hpp"
#include "search_common/trial_ids.hpp"

using namespace nac;
using namespace nac::bench;
using namespace nac::searching;

TEST_CASE("activity follows conditions through inactive parents") {
  const space_model space(testing::small_tree());
  CHECK(space.activity({0, 2, 14, 0, 1, 2}) == std::vector<char>{1, 1, 1, 0, 0, 0});
  CHECK(space.activity({1, 2, 14, 0, 0, 2}) == std::vector<char>{1, 0, 0, 1, 1, 0});
  CHECK(space.activity({1, 2, 14, 0, 1, 2}) == std::vector<char>{1, 0, 0, 1, 1, 1});
  CHECK(space.root(5) == 0);
}

TEST_CASE("candidates that differ in dormant genes only are the same") {
  const space_model space(testing::small_tree());
  CHECK(space.identity({0, 1, 10, -1, 0, 0}) == space.identity({0, 1, 10, 2, 1, 2}));
  CHECK(space.identity({0, 1, 10, -1, 0, 0}) != space.identity({0, 1, 14, -1, 0, 0}));
  CHECK(space.identity({1, 1, 10, 0, 0, 0}) == space.identity(space.canonical({1, 2, 14, 0, 0, 1})));
  const space_model numbers({number_dimension("x", -1, 1), number_dimension("y", -1, 1)});
  CHECK(numbers.identity({0.0, 1}) == numbers.identity({-0.0, 1}));
  CHECK(numbers.identity({0.5, 1}) != numbers.identity({1, 0.5}));
}

TEST_CASE("a small space has as many identities as points") {
  const space_model space(testing::small_tree());
  rng r(5);
  std::set<phenotype> seen;
  for (int i = 0; i < 5000; ++i) seen.insert(space.identity(space.random_genome(r)));
  CHECK(seen.size() == 22);
}

TEST_CASE("units map numbers exactly at the ends") {
  const space_model space({number_dimension("x", 1e-5, 0.1, true), number_dimension("y", -3, 7)});
  for (const std::size_t i : {0u, 1u}) {
    CHECK(space.from_unit(i, 0) == space[i].low);
    CHECK(space.from_unit(i, 1) == space[i].high);
    CHECK(space.from_unit(i, space.to_unit(i, 0.05)) == Approx(0.05));
  }
  CHECK(space.to_unit(0, 1e-3) == Approx(0.5));
}

TEST_CASE("illegal values are named") {
  const space_model space(testing::small_tree());
  CHECK_NOTHROW(space.check({0, 1, 14, NAN, NAN, NAN}, "trial 3"));
  CHECK_THROWS_WITH(space.check({0, 1, 12, 0, 0, 0}, "trial 3"),
                    Catch::Contains("trial 3") && Catch::Contains("'c'") && Catch::Contains("12"));
  CHECK_THROWS_WITH(space.check({0, NAN, 14, 0, 0, 0}, "trial 3"), Catch::Contains("no value"));
  CHECK_THROWS_WITH(space.check({0, 1}, "trial 3"), Catch::Contains("2 values"));
}

TEST_CASE("broken spaces are refused with the dimension's name") {
  CHECK_THROWS_WITH(space_model({number_dimension("x", 2, 1)}), Catch::Contains("'x'"));
  CHECK_THROWS_WITH(space_model({number_dimension("x", 0, 1, true)}), Catch::Contains("logarithmic"));
  CHECK_THROWS_WITH(space_model({integer_dimension("n", 0, 4, 0)}), Catch::Contains("step"));
  CHECK_THROWS_WITH(space_model({only_if(choice_dimension("c", 2), 0, {1})}), Catch::Contains("parent"));
  CHECK_THROWS_WITH(space_model({number_dimension("x", 0, 1), only_if(choice_dimension("c", 2), 0, {1})}),
                    Catch::Contains("discrete"));
}

TEST_CASE("the fingerprint changes with every part of a space") {
  const std::vector<dimension> base = testing::small_tree();
  std::set<uint64_t> prints = {space_model(base).fingerprint()};
  for (int change = 0; change < 4; ++change) {
    std::vector<dimension> other = base;
    if (change == 0) other[1].name = "z";
    if (change == 1) other[3].high = 3;
    if (change == 2) other[5].conditions[0].values = {0};
    if (change == 3) other.pop_back();
    prints.insert(space_model(other).fingerprint());
  }
  CHECK(prints.size() == 5);
}

TEST_CASE("trial numbers are a set whatever their order") {
  rng r(9);
  trial_ids ids;
  std::set<uint64_t> expected;
  for (int i = 0; i < 3000; ++i) {
    const uint64_t id = r.below(500);
    REQUIRE(ids.contains(id) == (expected.count(id) != 0));
    ids.insert(id);
    expected.insert(id);
    REQUIRE(ids.size() == expected.size());
  }
  CHECK(ids.intervals().size() < 30);
  trial_ids copy;
  for (const auto &[first, last] : ids.intervals()) REQUIRE(copy.insert_interval(first, last));
  CHECK(copy.intervals() == ids.intervals());
  CHECK_FALSE(copy.insert_interval(3, 2));
  CHECK_FALSE(copy.insert_interval(10, 600));
}
