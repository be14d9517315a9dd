// SPDX-License-Identifier: Apache-2.0
#include "jets/scaling.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "jets/dataset.hpp"
#include "nac/cpp/error.hpp"

namespace {

/// Ten jets of two slots; the second slot of every other jet is empty. Jets 0..5 train, 6..7 validate, 8..9 test.
jets::JetTable table() {
  jets::JetTable t;
  t.constituents = 2;
  for (int i = 0; i < 10; ++i) {
    const float x = static_cast<float>(i);
    const bool full = i % 2 == 0;
    for (const float v : {10 + x * x, 0.1F * x, -0.2F * x + 1}) t.rows.push_back(v);
    for (const float v : {5 + x, -0.3F * x, 0.05F * x}) t.rows.push_back(full ? v : 0.0F);
    t.label.push_back(static_cast<uint8_t>(i % 5));
    t.group.push_back(static_cast<uint64_t>(i));
    t.part.push_back(i < 6 ? jets::kTrain : i < 8 ? jets::kValidation : jets::kTest);
  }
  return t;
}

std::vector<double> training_values(const jets::JetTable &t, std::size_t feature) {
  std::vector<double> values;
  for (uint64_t i = 0; i < t.size(); ++i)
    for (uint64_t c = 0; c < 2 && t.part[i] == jets::kTrain; ++c)
      if (t.row(i)[3 * c] > 0) values.push_back(t.row(i)[3 * c + feature]);
  std::sort(values.begin(), values.end());
  return values;
}

/// NumPy's default quantile.
double quantile(const std::vector<double> &sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(at);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

}  // namespace

TEST_CASE("every rule is fitted on the filled slots of the training split") {
  const jets::JetTable t = table();
  const jets::Scaling robust = jets::fit_scaling(jets::ScalingRule::robust, t);
  const jets::Scaling standard = jets::fit_scaling(jets::ScalingRule::standard, t);
  const jets::Scaling minmax = jets::fit_scaling(jets::ScalingRule::minmax, t);
  for (std::size_t f = 0; f < 3; ++f) {
    const std::vector<double> v = training_values(t, f);
    REQUIRE(v.size() == 9);
    CHECK(robust.centre[f] == Approx(quantile(v, 0.5)));
    CHECK(robust.width[f] == Approx(quantile(v, 0.95) - quantile(v, 0.05)));
    double mean = 0, square = 0;
    for (const double x : v) mean += x / 9;
    for (const double x : v) square += (x - mean) * (x - mean) / 9;
    CHECK(standard.centre[f] == Approx(mean));
    CHECK(standard.width[f] == Approx(std::sqrt(square)));
    CHECK(minmax.centre[f] == Approx(v.front()));
    CHECK(minmax.width[f] == Approx(v.back() - v.front()));
  }
}

TEST_CASE("validation and test values do not move the scaling") {
  jets::JetTable changed = table();
  for (std::size_t i = 6 * 6; i < changed.rows.size(); ++i) changed.rows[i] *= 100;
  for (const auto rule : {jets::ScalingRule::robust, jets::ScalingRule::standard, jets::ScalingRule::minmax}) {
    const jets::Scaling a = jets::fit_scaling(rule, table()), b = jets::fit_scaling(rule, changed);
    CHECK(a.centre == b.centre);
    CHECK(a.width == b.width);
  }
  changed.rows[0] += 7;  // a training value does
  CHECK(jets::fit_scaling(jets::ScalingRule::standard, changed).centre[0] !=
        jets::fit_scaling(jets::ScalingRule::standard, table()).centre[0]);
}

TEST_CASE("scaled rows are what the rule says, empty slots included") {
  jets::DatasetOptions options;
  options.scaling = jets::ScalingRule::minmax;
  const jets::Dataset data = jets::make_dataset(table(), options);
  const jets::Scaling s = jets::fit_scaling(jets::ScalingRule::minmax, table());
  const std::vector<float> &rows = data.split("validation").rows;
  REQUIRE(rows.size() == 12);
  CHECK(rows[0] == Approx((46 - s.centre[0]) / s.width[0]));
  CHECK(rows[6 + 3] == Approx((0 - s.centre[0]) / s.width[0]));  // jet 7, its empty slot
  options.scaling = jets::ScalingRule::none;
  CHECK(jets::make_dataset(table(), options).split("validation").rows[0] == 46);
}

TEST_CASE("a feature that does not vary cannot be scaled") {
  jets::JetTable flat = table();
  for (std::size_t i = 1; i < flat.rows.size(); i += 3) flat.rows[i] = 0.25F;
  CHECK_THROWS_WITH(jets::fit_scaling(jets::ScalingRule::robust, flat),
                    Catch::Contains("eta_rel does not vary") && Catch::Contains("scaling = \"none\""));
  CHECK_NOTHROW(jets::fit_scaling(jets::ScalingRule::none, flat));
}
