// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quantities.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using Catch::Matchers::Contains;
using nac::fw::Quantity;
using nac::fw::SearchStage;
using nac::fw::TaskInfo;

namespace {

TaskInfo task() {
  TaskInfo info;
  info.metrics = {{"accuracy", "", "", +1}, {"loss", "", "", -1}};
  return info;
}

}  // namespace

TEST_CASE("Objectives are the named ones, or the first metric and BOPs") {
  SearchStage stage;
  std::vector<Quantity> o = objectives_of(stage, task());
  REQUIRE(o.size() == 2);
  CHECK(o[0] == Quantity{"accuracy", "", +1, false});
  CHECK(o[1] == Quantity{"bops", "", -1, true});
  stage.objectives = {"macs", "loss", "parameters"};
  o = objectives_of(stage, task());
  REQUIRE(o.size() == 3);
  CHECK(o[1].name == "loss");
  stage.objectives = {"loss", "loss"};
  CHECK_THROWS_WITH(objectives_of(stage, task()), "search.objectives: 'loss' is there twice");
}

TEST_CASE("Values are turned so that smaller is better") {
  const std::vector<Quantity> objectives = nac::fw::quantities_of(task());
  std::map<std::string, double> values = {{"accuracy", 0.7}, {"loss", 2}, {"bops", 5}, {"parameters", 6}, {"macs", 7}};
  CHECK(minimized(objectives, values) == std::vector<double>{-0.7, 2, 5, 6, 7});
  values["loss"] = std::nan("");
  CHECK_THROWS_WITH(minimized(objectives, values), "objective 'loss' is nan, not finite");
  values.erase("loss");
  CHECK_THROWS_WITH(minimized(objectives, values), "objective 'loss' was not measured");
}

TEST_CASE("Constraints hold at their limit and are broken by what is no number") {
  const std::vector<nac::fw::Constraint> constraints = {{"bops", true, 10, "bops <= 10"},
                                                        {"accuracy", false, 0.5, "accuracy >= 0.5"}};
  CHECK(broken_constraint(constraints, {{"bops", 10}, {"accuracy", 0.5}}).empty());
  CHECK(broken_constraint(constraints, {{"bops", 10}}).empty());
  CHECK(broken_constraint(constraints, {{"bops", 11}}) == "bops is 11, the constraint is bops <= 10");
  CHECK_THAT(broken_constraint(constraints, {{"accuracy", 0.4}}), Contains("accuracy >= 0.5"));
  CHECK_FALSE(broken_constraint(constraints, {{"bops", std::nan("")}}).empty());
}

TEST_CASE("Quantities survive the study") {
  const std::vector<Quantity> all = {{"a\"b", "px", -1, false}, {"bops", "", 1, true}};
  CHECK(nac::fw::quantities_from_json(to_json(all)) == all);
  CHECK_THROWS_WITH(nac::fw::quantities_from_json("[{}]"), Contains("cannot be read"));
}
