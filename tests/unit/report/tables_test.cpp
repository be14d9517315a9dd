// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "report/report.hpp"
#include "sample.hpp"

TEST_CASE("The front is a table with aligned columns") {
  CHECK(front_table(sample_report(), 0) ==
        "trial  error [px]       bops  parameters  adds [%]  architecture\n"
        "    0         0.5      1,000         100      47.6  (BraggNN) Linear(4,0) > ReLU\n"
        "    1         0.2  1,234,567     123,457      47.6  Linear(4,1) > ReLU\n");
  CHECK(front_table(sample_report(), 60).find("    0         0.5      1,000         100      47.6  (Brag...\n") !=
        std::string::npos);
  nac::fw::ReportData empty = sample_report();
  empty.front.clear();
  CHECK(front_table(empty, 0) == "The front is empty: no trial completed within the constraints.\n");
}

TEST_CASE("The front's hypervolume names its box") {
  // Two corners of the unit square in a box to 1.1: 0.21 of 1.21; the cost's range is 3.09 decades.
  CHECK(
      front_sentences(sample_report()) ==
      "Hypervolume 0.1736 of the box between the front's best values and error 0.53 px, bops 2,515,700, a tenth of its "
      "range beyond the worst; costs count by their logarithm. The front has no knee.\n");
  nac::fw::ReportData report = sample_report();
  report.figures.knee = 1;
  CHECK_THAT(front_sentences(report), Catch::Matchers::EndsWith("logarithm. Knee: trial 1.\n"));
  report.front.clear();
  CHECK(front_sentences(report).empty());
}

TEST_CASE("Classes show validation beside test") {
  CHECK(class_table(sample_report()) ==
        "class     BOPs up to  trial   bops  parameters  error [px] validation  test\n"
        " tiny          2,000      0  1,000         100                    0.5  0.55\n"
        " huge  1,000,000,000   none      -           -                      -  -\n");
  nac::fw::ReportData none = sample_report();
  none.classes.clear();
  CHECK(class_table(none).empty());
}

TEST_CASE("Tables show means with standard deviations, seeds, and who was stopped") {
  CHECK(front_table(staged_report(), 0) ==
        "trial   error [px]       bops  parameters  seeds  adds [%]  architecture\n"
        "   0*          0.5      1,000         100      1      47.6  (BraggNN) Linear(4,0) > ReLU\n"
        "    1  0.2 \xC2\xB1 0.012  1,234,567     123,457      3      47.6  Linear(4,1) > ReLU\n"
        "* stopped at a rung, not trained to the end\n");
  CHECK(class_table(staged_report()).find("  0.2 \xC2\xB1 0.012  0.55 \xC2\xB1 0.02\n") != std::string::npos);
}
