// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/number_text.hpp"

namespace nac::fw {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr const char *kShare = "_percent";

const Study::HardwareValue *find(const std::vector<Study::HardwareValue> &values, const std::string &quantity) {
  const auto at = std::find_if(values.begin(), values.end(), [&](const auto &v) { return v.quantity == quantity; });
  return at == values.end() ? nullptr : &*at;
}

std::string text(double value) { return std::isnan(value) ? "" : number_text(value); }

bool any(const std::vector<Study::HardwareValue> &values, double Study::HardwareValue::*member) {
  return std::any_of(values.begin(), values.end(), [&](const auto &v) { return !std::isnan(v.*member); });
}

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

std::vector<std::vector<std::string>> value_rows(const std::vector<Study::HardwareValue> &values) {
  const bool ranges = any(values, &Study::HardwareValue::low), reports = any(values, &Study::HardwareValue::report);
  const bool estimates = any(values, &Study::HardwareValue::estimate);
  std::vector<std::vector<std::string>> rows{{"quantity"}};
  if (estimates) rows[0].emplace_back("estimate");
  if (ranges) rows[0].emplace_back("range");
  rows[0].emplace_back("unit");
  if (estimates) rows[0].emplace_back("of the part");
  if (reports) rows[0].insert(rows[0].end(), {"report", "estimate off by"});
  for (const Study::HardwareValue &v : values) {
    const std::string &name = v.quantity;
    if (name.ends_with(kShare) && find(values, name.substr(0, name.size() - std::string(kShare).size())) != nullptr)
      continue;
    const Study::HardwareValue *share = find(values, name + kShare);
    std::vector<std::string> row{name};
    if (estimates) row.push_back(text(v.estimate));
    if (ranges)
      row.push_back(std::isnan(v.low) && std::isnan(v.high) ? "" : fmt::format("{} ... {}", text(v.low), text(v.high)));
    row.push_back(v.unit);
    if (estimates)
      row.push_back(share == nullptr || std::isnan(share->estimate) ? "" : fmt::format("{:.2f} %", share->estimate));
    if (reports) {
      row.push_back(text(v.report));
      const bool known = !std::isnan(v.report) && !std::isnan(v.estimate);
      row.push_back(!known || v.report == 0 ? (known && v.estimate == 0 ? "+0.0 %" : "")
                                            : fmt::format("{:+.1f} %", 100 * (v.estimate - v.report) / v.report));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace nac::fw
