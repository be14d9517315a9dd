// SPDX-License-Identifier: Apache-2.0
#include "report/local_search.hpp"

#include <catch2/catch.hpp>

#include "compress_sample.hpp"

using namespace nac::fw;

TEST_CASE("Networks are named by class, preset or number") {
  ReportData data = compressed_report();
  CHECK(network_name(data, 0) == "tiny (trial 0)");
  CHECK(network_name(data, 1) == "trial 1");
  data.classes.clear();
  CHECK(network_name(data, 0) == "BraggNN (trial 0)");
  CHECK(network_name(data, 99) == "trial 99");
}

TEST_CASE("The float network is the tuned one where there is one") {
  ReportData data = compressed_report();
  CHECK(float_value(data, 1, "error") == 0.2);
  CHECK(reduction(data, 1, "bops", 1e5) == Approx(12.34567));
  CHECK_FALSE(reduction(data, 1, "bops", 0));
  CHECK_FALSE(float_value(data, 99, "error"));
  data.tuned = tuned_networks(tune_sample());
  CHECK(float_value(data, 1, "error") == 0.19);
  CHECK(float_value(data, 1, "bops") == 1234567);
  CHECK(float_value(data, 0, "error") == 0.5);
}

TEST_CASE("The quality bound is on the worse side of the reference") {
  CHECK(quality_bound({"error", "", -1, false}, 0.2, 0.02) == Approx(0.204));
  CHECK(quality_bound({"accuracy", "", +1, false}, 0.8, 0.02) == Approx(0.784));
  CHECK(quality_bound({"score", "", +1, false}, -1, 0.1) == Approx(-1.1));
}

TEST_CASE("The best point of a width is the cheapest within the bound") {
  ReportData data = compressed_report();
  const auto best = best_points(data);
  REQUIRE(best.size() == 3);
  CHECK(best[0].trial == 0);
  CHECK(best[0].within);
  // Bound 0.204: position 2 has the fewest BOPs but 0.25, position 0 the better metric but more BOPs.
  CHECK(best[1].bits == 8);
  CHECK(best[1].point->row.position == 1);
  CHECK(best[1].within);
  // At 4 bits no kept step is good enough: the best metric, not the undone one.
  CHECK(best[2].bits == 4);
  CHECK(best[2].point->row.position == 0);
  CHECK_FALSE(best[2].within);
  data.choice.tolerance = 0.3;
  CHECK(best_points(data)[1].point->row.position == 2);
}
