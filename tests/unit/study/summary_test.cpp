// SPDX-License-Identifier: Apache-2.0
#include "study/summary.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace nac::fw;

namespace {

const std::vector<Quantity> kQuantities = {
    {"error", "", -1, false}, {"score", "", +1, false}, {"bops", "", -1, true}, {"parameters", "", -1, true}};
const std::vector<Quantity> kObjectives = {kQuantities[0], kQuantities[2]};

Trial trial(uint64_t number, double error, double bops) {
  Trial t;
  t.number = number;
  t.state = TrialState::complete;
  t.metrics = {{"error", error}, {"score", 1 - error}, {"bops", bops}, {"seconds", 2}};
  t.objectives = {error, bops};
  return t;
}

Study::ResultRow row(uint64_t trial, int repeat, double error) {
  return {trial, repeat, "", {{"error", error}, {"score", 1 - error}, {"bops", 99}}, ""};
}

}  // namespace

TEST_CASE("Mean and sample standard deviation") {
  const MeanSd m = mean_sd({1, 2, 6});
  CHECK(m.mean == Approx(3));
  CHECK(m.sd == Approx(std::sqrt(7.0)));
  CHECK(mean_sd({4}).sd == 0);
}

TEST_CASE("Further seeds of a trial count beside its own") {
  const Summary s =
      summarize({trial(0, 0.3, 10), trial(1, 0.2, 10)}, {row(1, 1, 0.4), row(1, 2, 0.6)}, kQuantities, kObjectives, {});
  CHECK(s.trials[0].metrics.at("error") == 0.3);
  CHECK(s.spreads.count(0) == 0);
  CHECK(s.trials[1].metrics.at("error") == Approx(0.4));
  CHECK(s.trials[1].metrics.at("score") == Approx(0.6));
  CHECK(s.trials[1].metrics.at("bops") == 10);  // no training decides it
  CHECK(s.trials[1].objectives[0] == Approx(0.4));
  REQUIRE(s.spreads.count(1) == 1);
  CHECK(s.spreads.at(1).results == 3);
  CHECK(s.spreads.at(1).sd.at("error") == Approx(0.2));
  CHECK(s.spreads.at(1).sd.count("bops") == 0);
  // The lucky one falls behind.
  CHECK(front_of(s.trials) == std::vector<uint64_t>{0});
}

TEST_CASE("With a row for its own seed a trial's values are those of the rows") {
  const Summary s =
      summarize({trial(0, 0.5, 10)}, {row(0, 0, 0.4), row(0, 1, 0.6), row(0, 2, 0.8)}, kQuantities, kObjectives, {});
  CHECK(s.trials[0].metrics.at("error") == Approx(0.6));
  CHECK(s.spreads.at(0).results == 3);
}

TEST_CASE("Repetitions follow their original, constraints hold for means, and every seed must train") {
  Trial copy = trial(1, 0.1, 10);
  copy.duplicate_of = 0;
  const Summary s = summarize({trial(0, 0.1, 10), copy, trial(2, 0.1, 10), trial(3, 0.9, 5)},
                              {row(0, 1, 0.5), row(2, 1, 0.1), {2, 2, "diverged", {}, ""}}, kQuantities, kObjectives,
                              {{"error", true, 0.25, "error <= 0.25"}});
  CHECK(s.trials[1].metrics.at("error") == Approx(0.3));
  CHECK(s.trials[1].objectives == s.trials[0].objectives);
  CHECK_FALSE(s.trials[0].feasible);
  CHECK_FALSE(s.trials[1].feasible);
  CHECK(s.trials[0].reason == "error is 0.3, the constraint is error <= 0.25");
  CHECK_FALSE(s.trials[2].feasible);
  CHECK(s.trials[2].reason == "failed with another seed (number 3): diverged");
  CHECK(s.spreads.at(2).failed == 1);
  CHECK(s.trials[3].feasible);  // it was told so; a single result stays as it is
}
