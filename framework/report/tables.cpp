// SPDX-License-Identifier: Apache-2.0
//
// Tables for the terminal.
#include <fmt/format.h>

#include <algorithm>

#include "report/number_text.hpp"
#include "report/report.hpp"
#include "report/text_table.hpp"

namespace nac::fw {
namespace {

std::string value_of(const std::map<std::string, double> &values, const std::string &name,
                     const std::map<std::string, double> *sd = nullptr) {
  return value_text(values, sd, name, "-");
}

}  // namespace

std::string contribution_text(const ReportData &data, uint64_t trial) {
  const auto at = data.figures.contribution.find(trial);
  return at == data.figures.contribution.end() ? "-" : fmt::format("{:.1f}", 100 * at->second);
}

std::string front_table(const ReportData &data, std::size_t width) {
  std::vector<Quantity> columns = data.objectives;
  for (const Quantity &q : data.quantities) {
    const bool there = std::find(columns.begin(), columns.end(), q) != columns.end();
    if (!there && (q.name == "bops" || q.name == "parameters")) columns.push_back(q);
  }
  std::vector<std::vector<std::string>> rows = {{"trial"}};
  for (const Quantity &q : columns) rows[0].push_back(title_of(q));
  const bool seeds = !data.spreads.empty();
  if (seeds) rows[0].push_back("seeds");
  rows[0].push_back("adds [%]");
  rows[0].push_back("architecture");
  bool any_stopped = false;
  for (const uint64_t number : data.front) {
    const Trial &t = data.trial(number);
    const bool stopped = t.state == TrialState::stopped;
    any_stopped = any_stopped || stopped;
    std::vector<std::string> row = {std::to_string(number) + (stopped ? "*" : "")};
    for (const Quantity &q : columns) row.push_back(value_of(t.metrics, q.name, data.sd(number)));
    if (seeds) row.push_back(std::to_string(data.seeds(number)));
    row.push_back(contribution_text(data, number));
    row.push_back(t.preset.empty() ? t.architecture : fmt::format("({}) {}", t.preset, t.architecture));
    rows.push_back(std::move(row));
  }
  if (data.front.empty()) return "The front is empty: no trial completed within the constraints.\n";
  return layout(rows, width) + (any_stopped ? "* stopped at a rung, not trained to the end\n" : "");
}

std::string front_sentences(const ReportData &data) {
  if (data.front.empty()) return {};
  std::string corner;
  for (std::size_t k = 0; k < data.objectives.size(); ++k) {
    const Quantity &q = data.objectives[k];
    corner += fmt::format("{}{} {}{}{}", corner.empty() ? "" : ", ", q.name,
                          number_text(rounded(data.figures.reference.at(k))), q.unit.empty() ? "" : " ", q.unit);
  }
  std::string text = fmt::format(
      "Hypervolume {:.4f} of the box between the front's best values and {}, a tenth of its range beyond the worst; "
      "costs count by their logarithm.",
      data.figures.hypervolume, corner);
  return text +
         (data.figures.knee ? fmt::format(" Knee: trial {}.\n", *data.figures.knee) : " The front has no knee.\n");
}

std::string class_table(const ReportData &data) {
  if (data.classes.empty()) return {};
  std::vector<Quantity> metrics;
  for (const Quantity &q : data.quantities)
    if (!q.free) metrics.push_back(q);
  std::vector<std::vector<std::string>> rows = {{"class", "BOPs up to", "trial", "bops", "parameters"}};
  for (const Quantity &q : metrics) {
    rows[0].push_back(title_of(q) + " validation");
    rows[0].push_back("test");
  }
  for (const ReportClass &c : data.classes) {
    std::vector<std::string> row = {c.name, number_text(c.limit), c.trial ? std::to_string(*c.trial) : "none"};
    static const std::map<std::string, double> nothing;
    const auto &values = c.trial ? data.trial(*c.trial).metrics : nothing;
    row.push_back(value_of(values, "bops"));
    row.push_back(value_of(values, "parameters"));
    for (const Quantity &q : metrics) {
      row.push_back(value_of(values, q.name, c.trial ? data.sd(*c.trial) : nullptr));
      row.push_back(value_of(c.test, q.name, &c.test_sd));
    }
    rows.push_back(std::move(row));
  }
  return layout(rows, 0);
}

}  // namespace nac::fw
