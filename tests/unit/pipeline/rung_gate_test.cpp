// SPDX-License-Identifier: Apache-2.0
#include "pipeline/fidelity/rung_gate.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>

#include "nac/cpp/rng.hpp"
#include "pipeline/fidelity/pareto_order.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

const std::vector<Quantity> kObjectives = {{"accuracy", "", +1, false}, {"bops", "", -1, true}};

FidelityRule rule(FidelityKind kind) { return {Fidelity{kind, 3, 0.1}, kObjectives}; }

}  // namespace

TEST_CASE("Rungs are at grace, and eta times as many epochs from one to the next") {
  const auto rungs = [](double grace, int eta, int epochs) {
    return rung_epochs({FidelityKind::asha, eta, grace}, epochs);
  };
  CHECK(rungs(0.1, 3, 30) == std::vector<int>{3, 9, 27});
  CHECK(rungs(0.1, 3, 20) == std::vector<int>{2, 6, 18});
  CHECK(rungs(0.1, 3, 8) == std::vector<int>{1, 3});
  CHECK(rungs(0.5, 2, 3) == std::vector<int>{2});
  CHECK(rungs(0.1, 3, 1).empty());
  CHECK(rungs(1, 3, 10).empty());
  CHECK(rung_epochs({}, 30).empty());
}

TEST_CASE("Cost classes are half decades with exact bounds") {
  CHECK(half_decade(0) == 0);
  CHECK(half_decade(1) == 1);
  CHECK(half_decade(3.16) == 1);
  CHECK(half_decade(3.17) == 2);
  CHECK(half_decade(std::nextafter(1e6, 0)) == 12);
  CHECK(half_decade(1e6) == 13);
  CHECK(half_decade(1e300) == half_decade(1e301));
}

TEST_CASE("Points are ordered by front, then by crowding") {
  // Front 0: a line; its ends come first, then the lonely one. (4, 4) is behind (3, 3), the second (0, 9) behind its
  // twin.
  const std::vector<Objectives> points = {{4, 4}, {0, 9}, {1, 8}, {3, 3}, {9, 0}, {0, 9}};
  CHECK(pareto_order(points) == std::vector<std::size_t>{1, 4, 3, 2, 0, 5});
  CHECK(pareto_order({}).empty());
}

TEST_CASE("asha compares within a cost class and lets the better third go on") {
  const FidelityRule asha = rule(FidelityKind::asha);
  const std::vector<Objectives> earlier = {{-0.9, 1e6}, {-0.8, 2e6}, {-0.3, 10}, {-0.7, 2.5e6}};
  // Non-dominated: behind the other one of its front by index, but it goes on.
  const Verdict best = asha.judge(earlier, {-0.95, 1.5e6});
  CHECK(best.go_on);
  CHECK(best.note == "none of 4 earlier trials is better");
  // Dominated by one of another class only, and the best of its own four.
  const std::vector<Objectives> cheap = {{-0.99, 5e5}, {-0.5, 3e6}, {-0.4, 3e6}, {-0.3, 3e6}};
  CHECK(asha.judge(cheap, {-0.6, 2.9e6}).note == "rank 1 of 4 in its cost class");
  CHECK(asha.judge(cheap, {-0.6, 2.9e6}).go_on);
  const Verdict worst = asha.judge(earlier, {-0.1, 3e6});
  CHECK_FALSE(worst.go_on);
  CHECK(worst.note == "rank 4 of 4 in its cost class");
  // A small one is not ended by large ones.
  const Verdict small = asha.judge(earlier, {-0.1, 11});
  CHECK(small.go_on);
  CHECK(small.note == "one of the first 2 of its cost class");
  const FidelityRule no_cost({FidelityKind::asha, 3, 0.1}, {kObjectives[0]});
  CHECK(no_cost.judge({{-0.9}, {-0.8}}, {-0.1}).note == "rank 3 of 3");
}

TEST_CASE("median ends who is worse than the median of the earlier") {
  const FidelityRule median = rule(FidelityKind::median);
  const std::vector<Objectives> earlier = {{-0.9, 1e6}, {-0.5, 1e6}, {-0.7, 1e6}, {-0.1, 10}, {-0.6, 1e6}};
  CHECK(median.judge(earlier, {-0.65, 2e6}).go_on);
  const Verdict worse = median.judge(earlier, {-0.6, 2e6});
  CHECK_FALSE(worse.go_on);
  CHECK(worse.note == "accuracy 0.6, the median of 4 earlier trials in its cost class is 0.65");
  CHECK(median.judge(earlier, {-0.01, 20}).go_on);
}

TEST_CASE("A rule needs a metric") {
  CHECK_THROWS_WITH(FidelityRule({FidelityKind::asha, 3, 0.1}, {kObjectives[1]}), Contains("no objective is a metric"));
  CHECK_NOTHROW(FidelityRule({}, {kObjectives[1]}));
}

TEST_CASE("Decisions do not depend on the order in which trainings get on, and nobody waits for ever") {
  constexpr int kTrials = 60, kRungs = 3;
  constexpr uint64_t kExempt = 2;
  nac::rng values(7);
  std::vector<std::vector<Objectives>> reached(kTrials);
  std::vector<int> ends_at(kTrials);  // ends by itself before this rung
  for (int t = 0; t < kTrials; ++t) {
    ends_at[t] = values.below(6) == 0 ? 1 + static_cast<int>(values.below(3)) : kRungs + 1;
    const double cost = 1e3 * (1 + values.below(40));
    for (int r = 0; r < kRungs; ++r) reached[t].push_back({values.uniform(), cost});
  }
  std::map<std::pair<uint64_t, int>, std::string> expected;
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    RungGate gate(rule(FidelityKind::asha), kRungs, kExempt);
    std::map<std::pair<uint64_t, int>, std::string> taken;
    std::map<uint64_t, int> at;  // running trials and the rung that they reached last
    uint64_t next = 0, ended = 0;
    const unsigned workers = 1 + seed % 8;
    while (ended < kTrials) {
      while (next < kTrials && at.size() < workers) at[next++] = 0;
      // With all workers' trials waiting at rungs others start, as in a search.
      if (at.empty()) REQUIRE(next < kTrials);
      REQUIRE_FALSE((at.empty() && next == kTrials));
      auto running = at.begin();
      std::advance(running, random() % at.size());
      const auto [trial, rung] = *running;
      at.erase(running);
      if (rung + 1 >= ends_at[trial] || rung == kRungs) {
        gate.end(trial);
        ++ended;
      } else {
        gate.reach(trial, rung + 1, reached[trial][static_cast<std::size_t>(rung)]);
      }
      for (auto decisions = gate.take(); !decisions.empty(); decisions = gate.take())
        for (const auto &d : decisions) {
          REQUIRE(taken.emplace(std::pair(d.trial, d.rung), (d.verdict.go_on ? "+" : "-") + d.verdict.note).second);
          if (d.verdict.go_on) {
            at[d.trial] = d.rung;
          } else {
            CHECK(d.trial >= kExempt);
            gate.end(d.trial);
            ++ended;
          }
        }
    }
    if (seed == 0) expected = taken;
    REQUIRE(taken == expected);
  }
  int stopped = 0;
  for (const auto &[who, verdict] : expected) stopped += verdict[0] == '-';
  CHECK(stopped > 20);
}

TEST_CASE("A decision waits for exactly the earlier trials") {
  RungGate gate(rule(FidelityKind::asha), 2, 0);
  gate.reach(2, 1, {0.5, 1e3});
  CHECK(gate.take().empty());
  gate.end(0);
  CHECK(gate.take().empty());
  gate.reach(1, 1, {0.4, 1e3});
  const auto both = gate.take();
  REQUIRE(both.size() == 2);
  CHECK(both[0].trial == 1);
  CHECK(both[1].trial == 2);
  CHECK(both[1].verdict.note == "one of the first 2 of its cost class");
  CHECK(gate.take().empty());
  // Decided in an earlier process: counts, and is not decided again.
  gate.end(2);
  gate.reach(3, 1, {0.1, 1e3}, true);
  CHECK(gate.take().empty());
  CHECK_THROWS_WITH(gate.reach(3, 1, {0.1, 1e3}), Contains("trial 3 is at rung 1 after rung 1"));
  CHECK_THROWS(gate.reach(4, 2, {0.1, 1e3}));
}
