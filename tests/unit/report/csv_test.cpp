// SPDX-License-Identifier: Apache-2.0
#include "report/csv.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "sample.hpp"

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("Fields are quoted where RFC 4180 wants it") {
  CHECK(nac::fw::csv_text({{"a", "b,c", "d\"e", "f\ng", ""}}) == "a,\"b,c\",\"d\"\"e\",\"f\ng\",\r\n");
}

TEST_CASE("Every trial is a row with every quantity") {
  const std::string text = trials_csv(sample_report(), {0, 1, 2, 3, 4, 5, 6});
  CHECK_THAT(text,
             StartsWith("trial,state,feasible,preset,duplicate_of,error,bops,parameters,macs,error_sd,seeds,epochs,"));
  CHECK_THAT(text, Contains("\r\n1,complete,1,,,0.2,1234567,123456.7,"));
  CHECK_THAT(text, Contains("\r\n3,complete,1,,1,"));
  CHECK_THAT(text, Contains("\r\n4,failed,1,,,,,,,"));
  CHECK_THAT(text, Contains("\"diverged, \"\"loss\"\" <nan>\nin epoch 3\""));
  CHECK_THAT(text, Contains("\"{\"\"width\"\":1}\""));
  CHECK(std::count(text.begin(), text.end(), '\r') == 8);
}

TEST_CASE("Standard deviations and seeds have columns") {
  const std::string text = trials_csv(staged_report(), {0, 1, 4});
  CHECK_THAT(text, Contains("\r\n0,stopped,1,BraggNN,,0.5,1000,100,500,,1,"));
  CHECK_THAT(text, Contains("\r\n1,complete,1,,,0.2,1234567,123456.7,617283.5,0.0123,3,"));
  CHECK_THAT(text, Contains("\r\n4,failed,1,,,,,,,,,"));
}
