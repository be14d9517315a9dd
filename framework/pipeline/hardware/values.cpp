// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace nac::fw {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
}  // namespace

std::vector<Study::HardwareValue> estimated(const BackendPort &backend, const Graph &deployed) {
  const std::vector<double> estimate = backend.estimate(deployed);
  const std::optional<EstimateRange> range = backend.estimate_range(deployed);
  std::vector<Study::HardwareValue> values;
  for (std::size_t i = 0; i < estimate.size(); ++i) {
    const BackendQuantity &q = backend.quantities().at(i);
    values.push_back({q.name, q.unit, estimate[i], range ? range->low.at(i) : kUnknown,
                      range ? range->high.at(i) : kUnknown, kUnknown});
  }
  return values;
}

void add_reports(const BackendPort &backend, const std::vector<double> &reports,
                 std::vector<Study::HardwareValue> &values) {
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const BackendQuantity &q = backend.quantities().at(i);
    const auto at = std::find_if(values.begin(), values.end(), [&](const auto &v) { return v.quantity == q.name; });
    if (at != values.end())
      at->report = reports[i];
    else
      values.push_back({q.name, q.unit, kUnknown, kUnknown, kUnknown, reports[i]});
  }
}

}  // namespace nac::fw
