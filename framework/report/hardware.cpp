// SPDX-License-Identifier: Apache-2.0
#include "report/hardware.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/csv.hpp"
#include "report/html_parts.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace nac::fw {
namespace {

constexpr const char *kShare = "_percent";

const Study::HardwareValue *find(const std::vector<Study::HardwareValue> &values, const std::string &quantity) {
  const auto at = std::find_if(values.begin(), values.end(), [&](const auto &v) { return v.quantity == quantity; });
  return at == values.end() ? nullptr : &*at;
}

std::string text(double value) { return std::isnan(value) ? "" : number_text(value); }

bool any(const std::vector<Study::HardwareValue> &values, double Study::HardwareValue::*member) {
  return std::any_of(values.begin(), values.end(), [&](const auto &v) { return !std::isnan(v.*member); });
}

std::string title_of(const Study::HardwareRow &row) {
  return row.name == row.network ? row.name : fmt::format("{}: {}", row.name, row.network);
}

}  // namespace

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

std::string proof_text(const Study::HardwareRow &row) {
  return fmt::format("training = integer = C-simulation: {} vectors, {} differences", row.vectors, row.differences);
}

std::string hardware_section(const ReportData &data) {
  if (data.hardware.empty()) return {};
  std::string html =
      "<h2>Hardware</h2>\n<p class=\"soft\">What the backend expects of each project, from the network's actual "
      "integers, with the range in which the true value should lie, and the share of the device; where the vendor's "
      "tools have run, their values beside it.</p>\n";
  for (const Study::HardwareRow &row : data.hardware) {
    html += "<h3>" + escape_html(title_of(row)) + "</h3>\n<p>" +
            escape_html(fmt::format("{} with {}. {}.", row.backend, row.parameters, proof_text(row))) +
            (row.folder.empty() ? "" : " " + escape_html(fmt::format("Project: {}", row.folder))) + "</p>\n";
    html += html_table(value_rows(row.values), {0});
  }
  return html;
}

std::string hardware_text(const ReportData &data) {
  std::string text;
  for (const Study::HardwareRow &row : data.hardware)
    text += fmt::format("{}{}, by {} with {}\n{}\n{}", text.empty() ? "" : "\n", title_of(row), row.backend,
                        row.parameters, proof_text(row), layout(value_rows(row.values), 0));
  return text;
}

std::string hardware_csv(const ReportData &data) {
  if (data.hardware.empty()) return {};
  std::vector<std::vector<std::string>> rows = {{"name", "network", "backend", "parameters", "model", "folder",
                                                 "vectors", "differences", "quantity", "unit", "estimate", "low",
                                                 "high", "report"}};
  for (const Study::HardwareRow &r : data.hardware)
    for (const Study::HardwareValue &v : r.values)
      rows.push_back({r.name, r.network, r.backend, r.parameters, r.model, r.folder, std::to_string(r.vectors),
                      std::to_string(r.differences), v.quantity, v.unit, exact_text(v.estimate), exact_text(v.low),
                      exact_text(v.high), exact_text(v.report)});
  return csv_text(rows);
}

}  // namespace nac::fw
