// SPDX-License-Identifier: Apache-2.0
#include "report/published.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/csv.hpp"
#include "report/html_parts.hpp"
#include "report/number_text.hpp"
#include "report/text_table.hpp"

namespace nac::fw {
namespace {

using Rows = std::vector<std::vector<std::string>>;

const char *const kNote = "ours / published is of the estimate before synthesis";

std::string text(double value) { return std::isnan(value) ? "-" : number_text(value); }
std::string ratio_text(double value) { return std::isnan(value) ? "-" : fmt::format("{:.2f}", value); }
std::string range_text(const std::string &low, const std::string &high) {
  return low == high ? low : fmt::format("{} ... {}", low, high);
}

std::vector<std::string> sources_of(const std::vector<PublishedPair> &pairs) {
  std::vector<std::string> sources;
  for (const PublishedPair &p : pairs)
    if (std::find(sources.begin(), sources.end(), p.source) == sources.end()) sources.push_back(p.source);
  return sources;
}

Rows table_of(const std::vector<PublishedPair> &pairs, const std::string &source) {
  const bool reports = std::any_of(pairs.begin(), pairs.end(),
                                   [&](const auto &p) { return p.source == source && !std::isnan(p.ours.report); });
  Rows rows{{"network", "quantity", "unit", "ours", "range"}};
  if (reports) rows[0].emplace_back("report");
  rows[0].insert(rows[0].end(), {"published", "ours / published"});
  for (const PublishedPair &p : pairs) {
    if (p.source != source) continue;
    rows.push_back({p.network, p.ours.quantity, p.ours.unit, text(p.ours.estimate),
                    range_text(text(p.ours.low), text(p.ours.high))});
    if (reports) rows.back().push_back(text(p.ours.report));
    rows.back().push_back(range_text(text(p.low), text(p.high)));
    rows.back().push_back(range_text(ratio_text(p.ratio_low()), ratio_text(p.ratio_high())));
  }
  return rows;
}

}  // namespace

double PublishedPair::ratio(double published) const {
  return published > 0 ? ours.estimate / published : std::numeric_limits<double>::quiet_NaN();
}

std::vector<PublishedPair> published_pairs(const ReportData &data) {
  std::vector<PublishedPair> pairs;
  for (const PublishedRow &row : data.published)
    for (const Study::HardwareRow &project : data.hardware) {
      if (project.name != row.name) continue;
      for (const PublishedValue &value : row.values)
        for (const Study::HardwareValue &ours : project.values)
          if (ours.quantity == value.quantity)
            pairs.push_back({row.network, row.name, row.source, ours, value.low, value.high});
    }
  return pairs;
}

std::string published_section(const ReportData &data) {
  const std::vector<PublishedPair> pairs = published_pairs(data);
  std::string html;
  for (const std::string &source : sources_of(pairs))
    html += "<h3>Beside " + escape_html(source) + "</h3>\n<p class=\"soft\">" + kNote + ".</p>\n" +
            html_table(table_of(pairs, source), {0, 1, 2});
  return html;
}

std::string published_text(const ReportData &data) {
  const std::vector<PublishedPair> pairs = published_pairs(data);
  std::string text;
  for (const std::string &source : sources_of(pairs))
    text += fmt::format("{}Beside {} ({}):\n{}", text.empty() ? "" : "\n", source, kNote,
                        layout(table_of(pairs, source), 0));
  return text;
}

std::string published_csv(const ReportData &data) {
  const std::vector<PublishedPair> pairs = published_pairs(data);
  if (pairs.empty()) return {};
  Rows rows{{"network", "name", "source", "quantity", "unit", "estimate", "low", "high", "report", "published_low",
             "published_high", "ratio_low", "ratio_high"}};
  for (const PublishedPair &p : pairs)
    rows.push_back({p.network, p.name, p.source, p.ours.quantity, p.ours.unit, exact_text(p.ours.estimate),
                    exact_text(p.ours.low), exact_text(p.ours.high), exact_text(p.ours.report), exact_text(p.low),
                    exact_text(p.high), exact_text(p.ratio_low()), exact_text(p.ratio_high())});
  return csv_text(rows);
}

}  // namespace nac::fw
