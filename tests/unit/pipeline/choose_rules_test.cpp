// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/choose_rules.hpp"

#include <catch2/catch.hpp>

using namespace nac::fw;

namespace {

ChoosePoint point(double accuracy, double bops, double bits = 8, double sparsity = 0) {
  return {-accuracy, bops, bits, sparsity, {{"accuracy", accuracy}, {"bops", bops}}};
}
ChooseStage rule(ChooseRule r, double delta = 0.02) {
  ChooseStage stage;
  stage.rule = r;
  stage.delta = delta;
  return stage;
}
using Indices = std::vector<std::size_t>;

}  // namespace

TEST_CASE("The tolerance is delta of the reference, or the noise where that is larger") {
  ChooseInput input;
  input.reference = -0.75;
  CHECK(tolerance(input, 0.02) == Approx(0.015));
  input.sigma = 0.02;
  CHECK(tolerance(input, 0.02) == 0.02);
}

TEST_CASE("The front takes no point that is better than a cheaper one by noise only, and does not drift") {
  const std::vector<ChoosePoint> points{point(0.800, 100), point(0.795, 90), point(0.790, 80), point(0.780, 95),
                                        point(0.790, 80)};
  CHECK(epsilon_front(points, 0) == Indices{2, 1, 0});
  // 0.795 is within 0.006 of 0.790, which is cheaper; 0.800 is not.
  CHECK(epsilon_front(points, 0.006) == Indices{2, 0});
  CHECK(epsilon_front(points, 0.1) == Indices{2});
  CHECK(epsilon_front({}, 0).empty());
}

TEST_CASE("lexi takes the fewest bits, then the highest sparsity, then the best metric, of those good enough") {
  ChooseInput input;
  input.reference = -0.75;
  input.points = {point(0.75, 900, 16, 0.9), point(0.74, 400, 6, 0.5), point(0.736, 300, 6, 0.8),
                  point(0.738, 310, 6, 0.8), point(0.70, 100, 4, 0.95)};
  CHECK(choose_point(input, rule(ChooseRule::lexi)) == 3);
  CHECK(choose_point(input, rule(ChooseRule::lexi, 0.1)) == 4);
  CHECK(choose_point(input, rule(ChooseRule::lexi, 0.0)) == 0);
}

TEST_CASE("knee takes the largest exclusive hypervolume on log2 BOPs and the metric") {
  ChooseInput input;
  input.reference = -0.80;
  // Scaled costs 0, 1/2, 1 and losses 1, 0.2, 0: with the reference point 1.1, 1.1 the areas that each adds alone are
  // 0.5 * 0.1 = 0.05, 0.5 * 0.8 = 0.4 and 0.1 * 0.2 = 0.02.
  input.points = {point(0.70, 1 << 4), point(0.78, 1 << 8), point(0.80, 1 << 12)};
  CHECK(choose_point(input, rule(ChooseRule::knee, 0.5)) == 1);
  // Only the last two are within 2 percent... of 0.80 that is 0.784: the last alone.
  CHECK(choose_point(input, rule(ChooseRule::knee, 0.02)) == 2);
  // Areas of the outer ones grow when the middle lies nearly on the line between them: 0.5 * 0.1, 0.5 * 0.05, 0.1 *
  // 0.95.
  input.points[1] = point(0.705, 1 << 8);
  CHECK(choose_point(input, rule(ChooseRule::knee, 0.5)) == 2);
}

TEST_CASE("budget takes the best under the limit, however bad that is") {
  ChooseInput input;
  input.reference = -0.80;
  input.points = {point(0.80, 1000), point(0.5, 90), point(0.6, 100), point(0.6, 95)};
  ChooseStage stage = rule(ChooseRule::budget);
  stage.budget = Constraint{"bops", true, 100, "bops <= 100"};
  CHECK(choose_point(input, stage) == 3);
  stage.budget->limit = 10;
  CHECK_FALSE(choose_point(input, stage));
  stage = rule(ChooseRule::knee);
  stage.budget = Constraint{"bops", true, 100, "bops <= 100"};
  CHECK_FALSE(choose_point(input, stage));  // none of the cheap ones is good enough
}

TEST_CASE("The four labels are the best of each quarter of the front") {
  std::vector<ChoosePoint> points;
  for (int i = 0; i < 8; ++i) points.push_back(point(0.5 + 0.01 * i, 100 + i));
  points.push_back(point(0.4, 500));  // dominated
  CHECK(labelled_points(points) ==
        std::map<std::string, std::size_t>{{"Tiny", 1}, {"Small", 3}, {"Medium", 5}, {"Large", 7}});
  points.resize(1);
  CHECK(labelled_points(points) == std::map<std::string, std::size_t>{{"Large", 0}});
}
