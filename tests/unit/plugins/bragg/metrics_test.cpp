// SPDX-License-Identifier: Apache-2.0
#include "bragg/metrics.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace nac::bragg;

namespace {

void feed(distance_metrics &m, const std::vector<float> &p, const std::vector<float> &t) {
  const auto n = static_cast<int64_t>(p.size() / 2), k = static_cast<int64_t>(t.size() / 2);
  const nac::borrowed_view<float> prediction(p.data(), {n, 2}), target(t.data(), {k, 2});
  const nac_view *ps = prediction.get(), *ts = target.get();
  m.update(&ps, &ts);
}

}  // namespace

TEST_CASE("bragg metrics: mean, median and 95th percentile in pixels") {
  distance_metrics m;
  // Distances 11 * (0, 0.1, 0.2, 0.3) in two batches, along different directions.
  feed(m, {0.5F, 0.5F, 0.6F, 0.5F}, {0.5F, 0.5F, 0.5F, 0.5F});
  feed(m, {0.5F, 0.7F, 0.5F + 0.18F, 0.5F - 0.24F}, {0.5F, 0.5F, 0.5F, 0.5F});
  const std::vector<double> v = m.end();
  REQUIRE(v.size() == 3);
  CHECK(v[0] == Approx(1.65));
  CHECK(v[1] == Approx(1.65));
  CHECK(v[2] == Approx(11 * (0.2 + 0.85 * 0.1)));
}

TEST_CASE("bragg metrics: nothing, disagreement and NaN") {
  distance_metrics m;
  CHECK_THROWS_WITH(m.end(), Catch::Contains("no samples"));
  CHECK_THROWS_WITH(feed(m, {1, 2, 3, 4}, {1, 2}), Catch::Contains("2 predictions came with 1"));
  feed(m, {std::numeric_limits<float>::quiet_NaN(), 0, 0.5F, 0.5F}, {0, 0, 0, 0});
  for (const double v : m.end()) CHECK(std::isnan(v));
}
