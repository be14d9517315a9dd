// SPDX-License-Identifier: Apache-2.0
//
// What every bundled strategy promises, whatever it does inside.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "drive.hpp"
#include "problem_space.hpp"

using namespace nac;
using namespace nac::testing;
using searching::genome;
using searching::space_model;

namespace {

/// A space with every kind of dimension, conditions and a single-valued dimension.
std::vector<dimension> mixed_space() {
  using namespace bench;
  std::vector<dimension> space = small_tree();
  space.push_back(number_dimension("x", 1e-4, 1, true));
  space.push_back(only_if(number_dimension("y", -2, 2), 0, {1}));
  space.push_back(only_if(integer_dimension("n", 0, 5000), 0, {0}));
  space.push_back(choice_dimension("only", 1));
  space.push_back(number_dimension("fixed", 3, 3));
  return space;
}

std::vector<std::string> texts(const run_record &r) {
  std::vector<std::string> all;
  for (const genome &g : r.asked) all.push_back(text_of(g));
  return all;
}

}  // namespace

TEST_CASE("equal seeds give equal candidates, other seeds others") {
  for (const named_maker &m : all_strategies())
    for (const uint32_t lookahead : {1u, 8u}) {
      CAPTURE(m.name, lookahead);
      const bench::problem p = weighted(mixed_space(), 2);
      const auto sequence = [&](uint64_t seed) { return texts(run(*m.make(), p, {seed, 150, lookahead})); };
      const std::vector<std::string> first = sequence(4);
      REQUIRE(first.size() == 150);
      CHECK(first == sequence(4));
      CHECK(first != sequence(5));
    }
}

TEST_CASE("the order of tells between two asks does not matter") {
  for (const named_maker &m : all_strategies()) {
    CAPTURE(m.name);
    const bench::problem p = bench::braggtoy();
    const auto sequence = [&](bool reversed) {
      const auto s = m.make();
      s->start(p.space, {2, 11, 200, 10});
      std::vector<std::string> asked;
      for (uint64_t batch = 0; batch < 20; ++batch) {
        std::vector<search_result> results;
        for (uint64_t k = 0; k < 10; ++k) {
          genome g;
          REQUIRE(s->ask(batch * 10 + k, g) == ask_outcome::proposed);
          asked.push_back(text_of(g));
          results.push_back({batch * 10 + k, NAC_OK, g, p.evaluate(g)});
        }
        if (reversed) std::reverse(results.begin(), results.end());
        for (const search_result &r : results) s->tell(r);
      }
      return asked;
    };
    CHECK(sequence(false) == sequence(true));
  }
}

TEST_CASE("candidates are canonical, legal and never repeat") {
  for (const named_maker &m : all_strategies())
    for (const bench::problem &p : {weighted(mixed_space(), 2), bench::braggtoy(), bench::nascat()}) {
      CAPTURE(m.name, p.name);
      const space_model space(p.space);
      std::set<searching::phenotype> seen;
      for (const genome &g : run(*m.make(), p, {3, 400, 4}).asked) {
        REQUIRE_NOTHROW(space.check(g, "candidate"));
        const std::vector<char> active = space.activity(g);
        for (std::size_t i = 0; i < g.size(); ++i) REQUIRE(std::isnan(g[i]) == !active[i]);
        REQUIRE(seen.insert(space.identity(g)).second);
      }
      CHECK(seen.size() == 400);
    }
}

TEST_CASE("asks never wait, however many trials are outstanding") {
  for (const named_maker &m : all_strategies()) {
    CAPTURE(m.name);
    const auto s = m.make();
    const bench::problem p = bench::braggtoy();
    s->start(p.space, {2, 1, 0, 300});
    std::set<std::string> seen;
    for (uint64_t trial = 0; trial < 300; ++trial) {
      genome g;
      REQUIRE(s->ask(trial, g) == ask_outcome::proposed);
      REQUIRE(seen.insert(text_of(g)).second);
      if (trial % 10 == 0) s->tell({trial, NAC_OK, g, p.evaluate(g)});
    }
  }
}

TEST_CASE("infeasible and failed trials are survived and not repeated") {
  for (const named_maker &m : all_strategies())
    for (const bool some_work : {false, true}) {
      CAPTURE(m.name, some_work);
      const auto s = m.make();
      const bench::problem p = bench::braggtoy();
      s->start(p.space, {2, 2, 300, 1});
      std::set<std::string> seen;
      for (uint64_t trial = 0; trial < 300; ++trial) {
        genome g;
        REQUIRE(s->ask(trial, g) == ask_outcome::proposed);
        REQUIRE(seen.insert(text_of(g)).second);
        if (some_work && g[0] >= 2)
          s->tell({trial, NAC_OK, g, p.evaluate(g)});
        else
          s->tell({trial, trial % 3 == 0 ? NAC_INTERNAL : NAC_INFEASIBLE, g, {}});
      }
    }
}

TEST_CASE("trials it never asked for are learned from and not proposed") {
  for (const named_maker &m : all_strategies()) {
    CAPTURE(m.name);
    const bench::problem p = weighted(small_tree(), 2);
    const space_model space(p.space);
    const auto s = m.make();
    s->start(p.space, {2, 1, 22, 1});
    rng r(8);
    std::set<searching::phenotype> seen;
    for (uint64_t trial = 1000; seen.size() < 12; ++trial) {
      const genome g = space.canonical(space.random_genome(r));
      s->tell({trial, NAC_OK, g, p.evaluate(g)});  // some of them equal earlier ones: legal
      seen.insert(space.identity(g));
    }
    for (uint64_t trial = 0; trial < 10; ++trial) {
      genome g;
      REQUIRE(s->ask(trial, g) == ask_outcome::proposed);
      REQUIRE(seen.insert(space.identity(g)).second);
    }
    genome g;
    CHECK(s->ask(10, g) == ask_outcome::exhausted);
  }
}

TEST_CASE("broken calls are refused and change nothing") {
  for (const named_maker &m : all_strategies()) {
    CAPTURE(m.name);
    const bench::problem p = weighted(small_tree(), 2);
    const auto s = m.make();
    genome g, again;
    CHECK_THROWS_WITH(s->ask(0, g), Catch::Contains("before start"));
    CHECK_THROWS_WITH(s->save(), Catch::Contains("before start"));
    CHECK_THROWS_WITH(s->load(""), Catch::Contains("before start"));
    CHECK_THROWS_WITH(s->start(p.space, {0, 1, 1, 1}), Catch::Contains("objective"));
    s->start(p.space, {2, 1, 22, 1});
    CHECK_THROWS_WITH(s->start(p.space, {2, 1, 22, 1}), Catch::Contains("twice"));
    REQUIRE(s->ask(0, g) == ask_outcome::proposed);
    REQUIRE(s->ask(0, again) == ask_outcome::proposed);
    CHECK(text_of(g) == text_of(again));

    const std::string before = s->save();
    genome wrong = g;
    wrong[0] = 7;
    CHECK_THROWS_WITH(s->tell({0, NAC_OK, wrong, {1, 1}}), Catch::Contains("'a'") && Catch::Contains("trial 0"));
    CHECK_THROWS_WITH(s->tell({0, NAC_OK, g, {1}}), Catch::Contains("1 objectives"));
    CHECK_THROWS_WITH(s->tell({0, NAC_OK, g, {1, NAN}}), Catch::Contains("not finite"));
    CHECK_THROWS_WITH(s->tell({0, NAC_OK, {}, {1, 1}}), Catch::Contains("0 values"));
    CHECK(s->save() == before);
    s->tell({0, NAC_OK, g, {1, 1}});
    CHECK_THROWS_WITH(s->tell({0, NAC_OK, g, {1, 1}}), Catch::Contains("told before"));
    CHECK_THROWS_WITH(s->ask(0, g), Catch::Contains("finished"));
  }
}
