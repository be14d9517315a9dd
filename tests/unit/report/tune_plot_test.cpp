// SPDX-License-Identifier: Apache-2.0
#include "report/tune_plot.hpp"

#include <catch2/catch.hpp>

#include "compress_sample.hpp"
#include "sample.hpp"
#include "svg_check.hpp"

using Catch::Matchers::Contains;
using namespace nac::fw;

TEST_CASE("Tuning is a staircase of the best so far") {
  ReportData data = sample_report();
  data.tuned = tuned_networks(tune_sample());
  const std::string svg = tune_plot(data);
  check_nesting(svg);
  CHECK(count(svg, "class=\"point\"") == 2);
  CHECK(count(svg, "class=\"undone\"") == 1);  // the one asked is not there yet
  // Recipes 1 to 4 and errors from 0.19 to 0.22 (0.2 in the search), a 20th more on each side, in a box from (80, 32)
  // to (840, 332): to the second recipe, down, on to the third.
  CHECK_THAT(svg, Contains("<path class=\"curve\" stroke=\"#0072b2\" d=\"M114.5,45.6H344.8V318.4H575.2\"/>"));
  CHECK_THAT(svg, Contains("style=\"stroke:#0072b2\" d=\"M80.0,227.5H840.0\""));
  CHECK_THAT(svg,
             Contains("<title>trial 1, recipe number 2: failed, diverged, again\n{&quot;learning_rate&quot;:0.3}"));
  CHECK_THAT(svg, Contains(">recipes tried<") && Contains(">error [px] (smaller is better)<"));
}

TEST_CASE("A metric to be raised climbs") {
  ReportData data = sample_report();
  data.objectives[0].direction = +1;
  data.tuned = tuned_networks(tune_sample());
  CHECK_THAT(tune_plot(data), Contains("d=\"M114.5,45.6H575.2\""));
}

TEST_CASE("Without a result there is no plot of tuning") {
  CHECK(tune_plot(sample_report()).empty());
  ReportData data = sample_report();
  data.tuned = tuned_networks({tune_sample()[0], tune_sample()[3]});
  CHECK(tune_plot(data).empty());
}
