// SPDX-License-Identifier: Apache-2.0
#include "pipeline/select.hpp"

#include <catch2/catch.hpp>

using nac::fw::ClassChoice;
using nac::fw::Quantity;
using nac::fw::SelectStage;
using nac::fw::Trial;
using nac::fw::TrialState;

namespace {

Trial trial(uint64_t number, double accuracy, double bops, bool feasible = true) {
  Trial t;
  t.number = number;
  t.state = TrialState::complete;
  t.feasible = feasible;
  t.metrics = {{"accuracy", accuracy}, {"bops", bops}};
  t.objectives = {-accuracy, bops};
  return t;
}

const Quantity kAccuracy{"accuracy", "", +1, false};

}  // namespace

TEST_CASE("Each class gets the best of the front between its limits") {
  const SelectStage stage{{{"large", 1000}, {"tiny", 10}, {"small", 100}, {"medium", 500}}};
  Trial failed = trial(9, 0.99, 1);
  failed.state = TrialState::failed;
  const std::vector<ClassChoice> choices =
      select_classes(stage,
                     {trial(0, 0.5, 10), trial(1, 0.6, 50), trial(2, 0.7, 100), trial(3, 0.65, 99), trial(4, 0.9, 2000),
                      trial(5, 0.8, 600), trial(6, 0.95, 60, false), trial(7, 0.1, 700), failed},
                     kAccuracy);
  REQUIRE(choices.size() == 4);
  CHECK(choices[0].name == "tiny");
  CHECK(choices[0].trial == 0u);
  CHECK(choices[1].trial == 2u);  // the limit itself belongs to the class
  CHECK_FALSE(choices[2].trial);  // medium: none between 100 and 500
  CHECK(choices[3].trial == 5u);  // 4 is too large, 7 is dominated
}

TEST_CASE("Smaller is better for other metrics, and ties go to the cheaper one") {
  Quantity error{"accuracy", "", -1, false};
  std::vector<Trial> trials = {trial(0, 0.5, 30), trial(1, 0.5, 20), trial(2, 0.6, 10)};
  // A third objective keeps both of the equal ones on the front.
  trials[0].objectives = {0.5, 30, 1};
  trials[1].objectives = {0.5, 20, 2};
  trials[2].objectives = {0.6, 10, 3};
  const auto choices = select_classes({{{"all", 100}}}, trials, error);
  REQUIRE(choices.size() == 1);
  CHECK(choices[0].trial == 1u);
}

TEST_CASE("Nothing complete selects nothing") {
  const auto choices = select_classes({{{"all", 100}}}, {}, kAccuracy);
  REQUIRE(choices.size() == 1);
  CHECK_FALSE(choices[0].trial);
}
