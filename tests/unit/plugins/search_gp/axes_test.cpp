// SPDX-License-Identifier: Apache-2.0
#include "search_gp/axes.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using nac::searching::axes;

TEST_CASE("the front spans 0 to 1, costs over decades lie on a logarithmic axis") {
  // error, bops; the last two are dominated
  const std::vector<double> rows{0.2, 1e6, 0.4, 1e4, 0.9, 1e3, 5.0, 1e6, 0.9, 1e5};
  const axes a(rows, 2, {0, 1});
  CHECK(a.to_axis(0, 0.2) == Approx(0));
  CHECK(a.to_axis(0, 0.9) == Approx(1));
  CHECK(a.to_axis(1, 1e3) == Approx(0));
  CHECK(a.to_axis(1, 1e6) == Approx(1));
  CHECK(a.to_axis(1, 1e4) == Approx(1.0 / 3));
  // A diverged training is kept in order and at bay; costs beyond the front are not bent.
  CHECK(a.to_axis(0, 1e6) > a.to_axis(0, 5));
  CHECK(a.to_axis(0, 1e6) < 20);
  CHECK(a.to_axis(1, 1e12) == Approx(3));
  CHECK(std::isfinite(a.to_axis(1, 0)));
}

TEST_CASE("narrow, negative and single values have an axis as well") {
  const axes narrow({0.5, 20, 0.4, 25}, 2, {0, 1});  // less than a decade: linear
  CHECK(narrow.to_axis(1, 22.5) == Approx(0.5));
  const axes negative({-0.8, 1, -0.7, 0.5}, 2, {0, 0});
  CHECK(negative.to_axis(0, -0.75) == Approx(0.5));
  const axes one({3.0}, 1, {0});
  CHECK(std::isfinite(one.to_axis(0, 7)));
  CHECK(one.to_axis(0, 3) == 0);
  const axes best({3.0, 9.0, 5.0}, 1, {0});  // one objective: the best point alone has no span
  CHECK(best.to_axis(0, 9) == Approx(1));
}

TEST_CASE("an offset bends the axis of what is trained, keeps its ends, and its slope is known") {
  axes a({0.2, 1e6, 0.9, 1e3, 5.0, 1e6}, 2, {0, 1});
  for (const double offset : {0.0, 3.0, 0.15}) {
    a.set_offset(0, offset);
    a.set_offset(1, offset);
    CHECK(a.to_axis(0, 0.2) == Approx(0).margin(1e-12));
    CHECK(a.to_axis(0, 0.9) == Approx(1));
    CHECK(a.to_axis(1, std::sqrt(1e9)) == Approx(0.5));  // exact: as it was
    for (const double v : {0.25, 0.5, 0.8, 2.0}) {
      const double step = 1e-6, slope = (a.to_axis(0, v + step) - a.to_axis(0, v - step)) / (2 * step / 0.7);
      CHECK(a.log_slope(0, v) == Approx(std::log(slope)).margin(1e-6));
    }
  }
  CHECK(a.to_axis(0, 0.25) > 2 * 0.05 / 0.7);  // what is near the best is spread out
}
