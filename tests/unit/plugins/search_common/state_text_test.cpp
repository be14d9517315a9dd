// SPDX-License-Identifier: Apache-2.0
#include "search_common/state_text.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "nac/cpp/error.hpp"

using namespace nac;
using namespace nac::searching;

TEST_CASE("numbers come back bit for bit") {
  const double values[] = {0.1, -0.0, 1e-310, std::numeric_limits<double>::infinity(), NAN};
  state_writer w("mine", 42);
  w.word("values").integer(5);
  for (const double v : values) w.number(v);
  const std::string text = w.finish();
  state_reader r(text, "mine", 42);
  r.word("values");
  REQUIRE(r.count() == 5);
  for (const double v : values) {
    const double got = r.number();
    CHECK((got == v || (std::isnan(got) && std::isnan(v))));
    CHECK(std::signbit(got) == std::signbit(v));
  }
  CHECK_NOTHROW(r.finish());
}

TEST_CASE("readers say what is wrong") {
  state_writer w("mine", 42);
  w.word("values").integer(1000).word("x");
  const std::string text = w.finish();
  CHECK_THROWS_WITH(state_reader(text, "other", 42), Catch::Contains("'mine'") && Catch::Contains("'other'"));
  CHECK_THROWS_WITH(state_reader(text, "mine", 43), Catch::Contains("another search space"));
  CHECK_THROWS_WITH(state_reader("hello", "mine", 42), Catch::Contains("not a saved search state"));
  const std::string cut = text.substr(0, text.size() - 3);
  CHECK_THROWS_WITH(state_reader(cut, "mine", 42), Catch::Contains("damaged"));
  state_reader r(text, "mine", 42);
  CHECK_THROWS_WITH(r.word("other"), Catch::Contains("'values'") && Catch::Contains("'other'"));
  CHECK_THROWS_WITH(r.count(), Catch::Contains("1000"));
  CHECK_THROWS_WITH(r.finish(), Catch::Contains("goes on"));
}
