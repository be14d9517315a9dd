// SPDX-License-Identifier: Apache-2.0
#include "report/number_text.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using nac::fw::exact_text;
using nac::fw::number_text;

TEST_CASE("Numbers for people") {
  CHECK(number_text(45274) == "45,274");
  CHECK(number_text(-1234567) == "-1,234,567");
  CHECK(number_text(999) == "999");
  CHECK(number_text(0) == "0");
  CHECK(number_text(0.123456789) == "0.12346");
  CHECK(number_text(1447796543.21) == "1,447,796,543");
  CHECK(number_text(3e20) == "3e+20");
  CHECK(number_text(std::numeric_limits<double>::infinity()) == "inf");
  CHECK(number_text(std::nan("")) == "not a number");
}

TEST_CASE("Numbers for programs read back exactly") {
  for (const double v : {0.1 + 0.2, 1e-300, -7.0, 123456789.123456789}) CHECK(std::stod(exact_text(v)) == v);
  CHECK(exact_text(std::nan("")).empty());
}
