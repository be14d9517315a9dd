// SPDX-License-Identifier: Apache-2.0
#include "search_nsga2/population.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "search_common/pareto.hpp"

using namespace nac;
using namespace nac::searching;

namespace {
finished trial(uint64_t id, double a, double b) { return {id, true, {0}, {a, b}}; }
std::set<uint64_t> ids(const population &p) {
  std::set<uint64_t> all;
  for (const finished &f : p.members()) all.insert(f.trial);
  return all;
}
}  // namespace

TEST_CASE("dominated members go first, then crowded ones") {
  population p({4, 4}, 2);
  p.add(trial(0, 0, 10));
  p.add(trial(1, 10, 0));
  p.add(trial(2, 5, 5));
  p.add(trial(3, 9, 9));
  p.settle();
  CHECK(ids(p) == std::set<uint64_t>{0, 1, 2, 3});
  p.add(trial(4, 4.9, 5.05));
  p.settle();
  CHECK(ids(p) == std::set<uint64_t>{0, 1, 2, 4});  // 3 was dominated
  p.add(trial(5, 2, 8));
  p.settle();
  CHECK(p.members().size() == 4);
  CHECK(ids(p).count(5) == 1);  // 2 and 4 crowd each other
  CHECK(ids(p).count(0) == 1);
  CHECK(ids(p).count(1) == 1);
}

TEST_CASE("survival is elitist and independent of the order of newcomers") {
  rng r(12);
  for (int round = 0; round < 20; ++round) {
    std::vector<finished> all;
    for (uint64_t i = 0; i < 90; ++i)
      all.push_back(trial(i, static_cast<double>(r.below(30)), static_cast<double>(r.below(30))));
    population forward({20, 20}, 2), backward({20, 20}, 2);
    for (const finished &f : all) forward.add(f);
    for (auto f = all.rbegin(); f != all.rend(); ++f) backward.add(*f);
    forward.settle();
    backward.settle();
    REQUIRE(forward.members().size() == 20);
    REQUIRE(ids(forward) == ids(backward));
    // Nobody outside dominates anybody inside.
    for (const finished &in : forward.members())
      for (const finished &out : all)
        if (ids(forward).count(out.trial) == 0)
          REQUIRE_FALSE(dominates(out.objectives.data(), in.objectives.data(), 2));
  }
}

TEST_CASE("tournaments prefer the first front") {
  population p({10, 10}, 2);
  for (uint64_t i = 0; i < 5; ++i) p.add(trial(i, static_cast<double>(i), static_cast<double>(4 - i)));
  for (uint64_t i = 5; i < 10; ++i) p.add(trial(i, 20, 20 + static_cast<double>(i)));
  p.settle();
  rng r(13);
  int good = 0;
  for (int round = 0; round < 4000; ++round) good += p.members()[p.tournament(r)].trial < 5 ? 1 : 0;
  CHECK(good / 4000.0 == Approx(0.75).margin(0.03));
}

TEST_CASE("the population grows with the front, up to its limit") {
  population p({4, 9}, 2);
  for (uint64_t i = 0; i < 6; ++i) p.add(trial(i, static_cast<double>(i), static_cast<double>(20 - i)));
  p.add(trial(6, 30, 30));
  p.settle();
  CHECK(ids(p) == std::set<uint64_t>{0, 1, 2, 3, 4, 5});  // all of the front, nothing dominated
  for (uint64_t i = 7; i < 15; ++i) p.add(trial(i, static_cast<double>(i), static_cast<double>(20 - i)));
  p.settle();
  CHECK(p.members().size() == 9);
  p.add(trial(15, -1, -1));
  p.settle();
  CHECK(p.members().size() == 4);  // one dominates the rest, which only fill up
  CHECK(ids(p).count(15) == 1);
}

TEST_CASE("crowding computed once removes neighbours together") {
  // 1, 2 and 3 lie close together in the middle: recomputing keeps one of them, computing once drops the closest two.
  const auto survivors = [](bool once) {
    population p({3, 3, once}, 2);
    const double at[] = {0, 4.9, 5, 5.1, 10};
    for (uint64_t i = 0; i < 3; ++i) p.add(trial(i, at[i], 10 - at[i]));
    p.settle();
    for (uint64_t i = 3; i < 5; ++i) p.add(trial(i, at[i], 10 - at[i]));
    p.settle();
    return ids(p);
  };
  CHECK(survivors(false).count(0) == 1);
  CHECK(survivors(false).count(4) == 1);
  CHECK(survivors(true).count(0) == 1);
  CHECK(survivors(true).count(4) == 1);
  CHECK(survivors(true).count(2) == 0);
}
