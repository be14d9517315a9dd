// SPDX-License-Identifier: Apache-2.0
//
// Finite spaces end exactly when every candidate was proposed; infinite ones never end.
#include <catch2/catch.hpp>
#include <set>

#include "drive.hpp"
#include "problem_space.hpp"

using namespace nac;
using namespace nac::bench;
using namespace nac::testing;
using searching::genome;

namespace {

std::size_t points_until_exhausted(const maker &make, std::vector<dimension> space, uint32_t lookahead) {
  const problem p = weighted(std::move(space), 2);
  const auto s = make();
  const run_record r = run(*s, p, {6, 100000, lookahead});
  std::set<std::string> different;
  for (const genome &g : r.asked) different.insert(text_of(g));
  REQUIRE(different.size() == r.asked.size());
  genome g;
  REQUIRE(s->ask(r.asked.size(), g) == ask_outcome::exhausted);
  return r.asked.size();
}

}  // namespace

TEST_CASE("finite spaces are exhausted exactly") {
  for (const named_maker &m : all_strategies())
    for (const uint32_t lookahead : {1u, 5u}) {
      CAPTURE(m.name, lookahead);
      CHECK(points_until_exhausted(m.make, {}, lookahead) == 1);
      CHECK(points_until_exhausted(m.make, {choice_dimension("c", 1)}, lookahead) == 1);
      CHECK(points_until_exhausted(m.make, {number_dimension("x", 2, 2)}, lookahead) == 1);
      CHECK(points_until_exhausted(m.make, {choice_dimension("c", 7)}, lookahead) == 7);
      CHECK(points_until_exhausted(m.make, {integer_dimension("n", -3, 300, 3)}, lookahead) == 102);
      CHECK(points_until_exhausted(m.make, small_tree(), lookahead) == 22);
      // One of two values switches on 6 * 6 * 6 points, the other a single one.
      CHECK(points_until_exhausted(
                m.make,
                {choice_dimension("c", 2), only_if(ordered_dimension("x", 6), 0, {1}),
                 only_if(choice_dimension("y", 6), 0, {1}), only_if(ordered_dimension("z", 6), 0, {1})},
                lookahead) == 217);
    }
}

TEST_CASE("a rare continuous branch is found when all else is exhausted") {
  // The number exists under one of 4096 values: after the other 4095 every candidate must use it.
  for (const named_maker &m : all_strategies()) {
    if (m.name == "tpe") continue;   // the same code path; refitting 4,600 times would take long
    if (m.name == "grid") continue;  // has no continuum: it ends
    CAPTURE(m.name);
    const problem p = weighted({integer_dimension("n", 0, 4095), only_if(number_dimension("x", 0, 1), 0, {17})}, 2);
    const auto s = m.make();
    const run_record r = run(*s, p, {1, 4600, 1});
    REQUIRE(r.asked.size() == 4600);
    std::set<std::string> different;
    for (const genome &g : r.asked) different.insert(text_of({g[0]}));
    CHECK(different.size() == 4096);
  }
}

TEST_CASE("one dimension of any kind is searched") {
  for (const named_maker &m : all_strategies()) {
    CAPTURE(m.name);
    const problem number = weighted({number_dimension("x", -1, 1)}, 1);
    const problem whole = weighted({integer_dimension("n", 0, 1000000)}, 1);
    const problem logarithmic = weighted({number_dimension("x", 1e-8, 1, true)}, 1);
    for (const problem *p : {&number, &whole, &logarithmic}) {
      const run_record r = run(*m.make(), *p, {2, 120, 1});
      REQUIRE(r.asked.size() == 120);
      const double low = p->space[0].low, range = p->space[0].high - low;
      CHECK((best(r) - low) / range < 0.06);  // the minimum lies at the low end
    }
  }
}
