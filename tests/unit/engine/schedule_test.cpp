// SPDX-License-Identifier: Apache-2.0
#include "engine/schedule.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

Recipe recipe(Schedule schedule, int epochs = 10) {
  Recipe r;
  r.schedule = schedule;
  r.epochs = epochs;
  r.learning_rate = 0.1;
  return r;
}

}  // namespace

TEST_CASE("constant, cosine and step rates") {
  CHECK(LearningRate(recipe(Schedule::constant)).at(7) == 0.1);
  Recipe r = recipe(Schedule::cosine);
  r.final_learning_rate = 0.02;
  CHECK(LearningRate(r).at(1) == Approx(0.1));
  CHECK(LearningRate(r).at(6) == Approx(0.06));  // half way
  CHECK(LearningRate(r).at(10) > 0.02);
  r = recipe(Schedule::step);
  r.step_size = 3;
  r.gamma = 0.5;
  const LearningRate step(r);
  CHECK(step.at(3) == Approx(0.1));
  CHECK(step.at(4) == Approx(0.05));
  CHECK(step.at(7) == Approx(0.025));
}

TEST_CASE("plateau drops after more bad epochs than its patience") {
  Recipe r = recipe(Schedule::plateau);
  r.plateau_patience = 1;
  LearningRate rate(r);
  rate.finished(1.0);
  rate.finished(0.99999);  // within the relative threshold of 1e-4: not better
  CHECK(rate.at(3) == Approx(0.1));
  rate.finished(1.0);
  CHECK(rate.at(4) == Approx(0.01));
  rate.finished(0.5);
  rate.finished(0.6);
  CHECK(rate.at(6) == Approx(0.01));
}

TEST_CASE("recipes that cannot be run are refused with key, value and accepted values") {
  CHECK(problem_in(Recipe()).empty());
  Recipe r;
  r.epochs = 0;
  CHECK(problem_in(r) == "epochs = 0; accepted: 1 and more");
  r = {};
  r.learning_rate = std::numeric_limits<double>::quiet_NaN();
  CHECK_THAT(problem_in(r), Contains("learning_rate = nan"));
  r = {};
  r.momentum = 1;
  CHECK_THAT(problem_in(r), Contains("momentum = 1"));
  r = {};
  r.gamma = 2;
  CHECK_THAT(problem_in(r), Contains("gamma"));
  r = {};
  r.step_size = 0;
  CHECK_THAT(problem_in(r), Contains("step_size"));
  r = {};
  r.clip_norm = -1;
  CHECK_THAT(problem_in(r), Contains("clip_norm"));
}
