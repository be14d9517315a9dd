// SPDX-License-Identifier: Apache-2.0
#include "report/sparsity_plot.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "compress_sample.hpp"
#include "sample.hpp"
#include "svg_check.hpp"

using Catch::Matchers::Contains;
using namespace nac::fw;

TEST_CASE("Prunings by a fixed share are equally far apart") {
  const double step = sparsity_place(1 - 0.8);
  for (int i = 0; i < 20; ++i)
    CHECK(sparsity_place(1 - std::pow(0.8, i)) == Approx(i * (sparsity_place(0.2))).margin(1e-9));
  CHECK(step > 0);
  CHECK(sparsity_place(0) == 0);
  CHECK(sparsity_place(0.9) == Approx(1));
  CHECK(sparsity_place(1) == sparsity_place(0.9999));
}

TEST_CASE("Each network has a panel, each chain a curve through the kept steps") {
  const std::string svg = sparsity_plot(compressed_report());
  check_nesting(svg);
  CHECK(count(svg, "class=\"panel\"") == 2);
  CHECK(count(svg, "class=\"curve\"") == 3);
  CHECK(count(svg, "class=\"point\"") == 5);
  CHECK(count(svg, "class=\"undone\"") == 2);
  // Sparsity from 0 to 90 %, which is 1 on the axis, and the metric from 0.2 to 0.9, a 20th more on each side, in boxes
  // of 330 x 230 from (80, 50) and (510, 50).
  CHECK_THAT(svg, Contains("<path class=\"curve\" stroke=\"#0072b2\" d=\"M525.0,269.2L615.3,268.6L825.0,254.6\">"
                           "<title>8 bits</title>"));
  // Undone at half the weights, not on the curve; failed without values: below the step before it.
  CHECK_THAT(svg, Contains("<path class=\"curve\" stroke=\"#d55e00\" d=\"M525.0,239.7\">"));
  CHECK_THAT(svg, Contains("<path class=\"undone\" stroke=\"#d55e00\" d=\"M611.3,56.5l8,8"));
  CHECK_THAT(svg, Contains("<path class=\"undone\" stroke=\"#0072b2\" d=\"M91.0,276.0l8,8"));
  CHECK_THAT(svg, Contains(">trial 1, float 0.2<") && Contains("sparsity [%]"));
  CHECK(count(svg, "class=\"knee\"") == 2);  // legend and trial 1
}

TEST_CASE("Without sparsity or steps there is no plot") {
  CHECK(sparsity_plot(sample_report()).empty());
  ReportData data = compressed_report();
  for (CompressNetwork &n : data.compressed)
    for (CompressChain &c : n.chains)
      for (CompressPoint &p : c.points) p.sparsity.reset();
  CHECK(sparsity_plot(data).empty());
}
