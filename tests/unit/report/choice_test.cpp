// SPDX-License-Identifier: Apache-2.0
#include "report/choice.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using nac::fw::Choice;
using nac::fw::choice_from_json;

TEST_CASE("A choice is read with all it has") {
  const Choice c = choice_from_json(R"({"rule":"lexi","trial":12,"chain":"{\"bits\":8}","position":9,"seeds":3,
    "mean":{"accuracy":0.65},"sd":{"accuracy":0.002},"test":{"accuracy":[0.64,0.66],"loss":null},"tolerance":0.05,
    "reference":{"metrics":{"accuracy":0.66}},"picks":[{"label":"Tiny","trial":3,"chain":{"bits":4},"position":2},{}]})");
  CHECK(c.rule == "lexi");
  REQUIRE(c.step);
  CHECK(c.step->trial == 12);
  CHECK(c.step->chain == "{\"bits\":8}");
  CHECK(c.step->position == 9);
  CHECK(c.seeds == 3);
  CHECK(c.sd.at("accuracy") == 0.002);
  CHECK(c.test_mean.at("accuracy") == Approx(0.65));
  CHECK(c.test_sd.at("accuracy") == Approx(0.01414).epsilon(0.001));
  CHECK(c.test.count("loss") == 0);
  CHECK(c.reference.at("accuracy") == 0.66);
  CHECK(c.tolerance == 0.05);
  REQUIRE(c.picks.size() == 1);
  CHECK(c.picks[0].step.chain == "{\"bits\":4}");
}

TEST_CASE("A choice is read as the stage stores it") {
  const Choice c = choice_from_json(R"({"rule":"knee","delta":0.03,"metric":"accuracy","reference":0.67,"sigma":0.001,
    "pick":{"trial":4,"chain":"{\"bits\":8}","position":7},"mean":{"accuracy":0.65},"sd":{"accuracy":0.002},
    "retrained":[{"seed":1,"metrics":{"accuracy":0.65}},{"seed":2,"reason":"diverged"}],
    "test":{"pick":{"accuracy":0.64},"retrained":[{"accuracy":0.63}],"mean":{"accuracy":0.63},"sd":{"accuracy":0}},
    "labels":{"Large":{"trial":4,"chain":"{\"bits\":16}","position":2},"Tiny":{"trial":4,"chain":"{}","position":3}}})");
  REQUIRE(c.step);
  CHECK(c.step->position == 7);
  CHECK(c.seeds == 1);
  CHECK(c.tolerance == 0.03);
  CHECK(c.best_known == 0.67);
  CHECK(c.reference.empty());
  CHECK(c.test.at("accuracy") == 0.64);
  CHECK(c.test_mean.at("accuracy") == 0.63);
  REQUIRE(c.picks.size() == 2);
  CHECK(c.picks[1].label == "Tiny");
  CHECK(c.picks[0].step.chain == "{\"bits\":16}");
  const Choice none = choice_from_json(R"({"rule":"lexi","pick":null,"reason":"nothing holds bops <= 1"})");
  CHECK_FALSE(none.step);
  CHECK_FALSE(none.empty());
  CHECK(none.reason == "nothing holds bops <= 1");
}

TEST_CASE("Missing keys are no error, wrong kinds are") {
  CHECK(choice_from_json("{}").empty());
  CHECK_FALSE(choice_from_json(R"({"rule":"knee","trial":null})").step);
  CHECK(choice_from_json(R"({"trial":2})").step->position == 0);
  for (const char *text : {"", "[1]", "{\"trial\":\"two\"}", "{\"trial\":1,\"position\":{}}"})
    CHECK_THROWS_AS(choice_from_json(text), nac::fw::Error);
}
