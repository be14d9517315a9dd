// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local/recipe_space.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace nac::fw;

TEST_CASE("The recipes of [tune] have the dimensions that are not fixed, and points become recipes") {
  TuneStage stage;
  stage.base.epochs = 7;
  stage.base.momentum = 0.5;
  const Space space = recipe_space(stage);
  REQUIRE(space.dimensions().size() == 5);
  CHECK(space.dimensions()[0].logarithmic);
  CHECK(space.dimensions()[0].low == 1e-4);
  const Point point = Point::from_json(
      space,
      R"({"learning_rate":0.01,"batch_size":1024,"optimizer":"rmsprop","weight_decay":0.001,"schedule":"step"})");
  const Recipe r = recipe_at(stage, point);
  CHECK(r.learning_rate == 0.01);
  CHECK(r.batch_size == 1024);
  CHECK(r.optimizer == Optimizer::rmsprop);
  CHECK(r.weight_decay == 0.001);
  CHECK(r.schedule == Schedule::step);
  CHECK((r.epochs == 7 && r.momentum == 0.5));
}

TEST_CASE("Fixed values are no dimensions") {
  TuneStage stage;
  stage.batch_size = {32};
  stage.optimizer = {Optimizer::sgd};
  stage.weight_decay = {0, 0};
  stage.schedule = {Schedule::cosine};
  const Space space = recipe_space(stage);
  REQUIRE(space.dimensions().size() == 1);
  const Recipe r = recipe_at(stage, Point::from_json(space, R"({"learning_rate":0.002})"));
  CHECK((r.batch_size == 32 && r.optimizer == Optimizer::sgd && r.schedule == Schedule::cosine));
  CHECK((r.weight_decay == 0 && r.learning_rate == 0.002));
  stage.learning_rate = {0.1, 0.1};
  CHECK_THROWS_WITH(recipe_space(stage), Catch::Matchers::Contains("nothing to tune"));
}
