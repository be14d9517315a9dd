// SPDX-License-Identifier: Apache-2.0
#include "services/param_range.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using Catch::Matchers::Contains;
using nac::fw::ParamRange;

TEST_CASE("intervals are open or closed at each end") {
  const ParamRange r("[0, 1)");
  CHECK(r.contains(0.0));
  CHECK_FALSE(r.contains(1.0));
  CHECK_FALSE(r.contains(std::string("0")));
  CHECK(r.describe() == "at least 0 and below 1");
  CHECK(ParamRange("(0, inf)").describe() == "above 0");
  CHECK(ParamRange("(-inf, 3]").describe() == "at most 3");
  CHECK(ParamRange("[-1e-3,+2]").contains(-0.001));
}

TEST_CASE("sets hold names or numbers") {
  const ParamRange r("{4, 8, 16}");
  CHECK(r.contains(8.0));
  CHECK_FALSE(r.contains(5.0));
  CHECK(r.contains(std::string("16")));
  CHECK(ParamRange("{adam, sgd}").describe() == "one of 'adam' and 'sgd'");
}

TEST_CASE("malformed ranges say why") {
  CHECK_THROWS_WITH(ParamRange(""), Contains("too short"));
  CHECK_THROWS_WITH(ParamRange("0, 1"), Contains("brackets"));
  CHECK_THROWS_WITH(ParamRange("[0, 1}"), Contains("brackets"));
  CHECK_THROWS_WITH(ParamRange("[0]"), Contains("two bounds"));
  CHECK_THROWS_WITH(ParamRange("[0, x]"), Contains("no number"));
  CHECK_THROWS_WITH(ParamRange("[0, nan]"), Contains("no number"));
  CHECK_THROWS_WITH(ParamRange("[2, 1]"), Contains("is empty"));
  CHECK_THROWS_WITH(ParamRange("(1, 1)"), Contains("is empty"));
  CHECK_THROWS_WITH(ParamRange("{a,, b}"), Contains("empty member"));
}
