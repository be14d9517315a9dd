// SPDX-License-Identifier: Apache-2.0
#include "engine/recipe.hpp"

#include <catch2/catch.hpp>

using namespace nac::fw;

TEST_CASE("names of optimizers and schedules round-trip") {
  for (const Optimizer o : {Optimizer::adam, Optimizer::adamw, Optimizer::sgd, Optimizer::rmsprop}) {
    Optimizer parsed{};
    REQUIRE(parse(name_of(o), parsed));
    CHECK(parsed == o);
  }
  for (const Schedule s : {Schedule::constant, Schedule::cosine, Schedule::step, Schedule::plateau}) {
    Schedule parsed{};
    REQUIRE(parse(name_of(s), parsed));
    CHECK(parsed == s);
  }
  Optimizer untouched = Optimizer::sgd;
  CHECK_FALSE(parse("Adam", untouched));
  CHECK_FALSE(parse("", untouched));
  CHECK(untouched == Optimizer::sgd);
}
