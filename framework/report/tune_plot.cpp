// SPDX-License-Identifier: Apache-2.0
#include "report/tune_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/html_parts.hpp"
#include "report/local_search.hpp"
#include "report/number_text.hpp"
#include "report/plot_axis.hpp"
#include "report/point_style.hpp"

namespace nac::fw {
namespace {

struct Panel {
  PlotBox box;
  Axis x, y;
};

/// NaN where there is none.
double value_of(const std::map<std::string, double> &values, const Quantity &metric) {
  const auto at = values.find(metric.name);
  return at == values.end() || !std::isfinite(at->second) ? std::nan("") : at->second;
}

double value_of(const Study::TuneRow &row, const Quantity &metric) {
  return row.state == "complete" ? value_of(row.metrics, metric) : std::nan("");
}

double searched(const ReportData &data, uint64_t trial) {
  for (const Trial &t : data.trials)
    if (t.number == trial) return value_of(t.metrics, data.metric());
  return std::nan("");
}

bool scale(const ReportData &data, Panel &panel) {
  std::vector<MetricValue> values;
  panel.x.low = 1;
  panel.x.high = 1;
  for (const TunedNetwork &n : data.tuned)
    for (const Study::TuneRow &r : n.rows) {
      panel.x.high = std::max(panel.x.high, static_cast<double>(r.number) + 1);
      const double value = value_of(r, data.metric());
      if (!std::isnan(value)) values.push_back({value, false});
    }
  if (values.empty()) return false;
  for (const TunedNetwork &n : data.tuned)
    if (const double before = searched(data, n.trial); !std::isnan(before)) values.push_back({before, true});
  panel.x.pad();
  panel.x.from = panel.box.left;
  panel.x.to = panel.box.right;
  panel.y = metric_axis(std::move(values), data.metric().direction, panel.box);
  return true;
}

std::string recipe_mark(const ReportData &data, const Panel &panel, const Study::TuneRow &r,
                        const std::string &colour) {
  const Quantity &metric = data.metric();
  const double value = value_of(r, metric);
  const double x = panel.x.at(static_cast<double>(r.number) + 1);
  std::string title = fmt::format("{}, recipe number {}: {}", network_name(data, r.trial), r.number,
                                  std::isnan(value) ? r.state : fmt::format("{} {}", metric.name, number_text(value)));
  if (!r.reason.empty()) title += ", " + r.reason;
  title = escape_html(title + "\n" + r.point);
  if (std::isnan(value))
    return fmt::format(
        "<path class=\"undone\" stroke=\"{}\" d=\"M{:.1f},{:.1f}l8,8m0,-8l-8,8\"><title>{}</title></path>\n", colour,
        x - 4, panel.box.bottom - 4, title);
  return fmt::format(
      "<circle class=\"point\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" stroke=\"{}\" fill=\"{}\" "
      "fill-opacity=\"0.4\"><title>"
      "{}</title></circle>\n",
      x, panel.y.at(value), colour, panel.y.shows(value) ? colour : "none", title);
}

/// Best so far from the first recipe that has a value to the last that was tried.
std::string staircase(const Panel &panel, const TunedNetwork &network, const Quantity &metric,
                      const std::string &colour) {
  std::string path;
  double best = 0, end = 0;
  for (const Study::TuneRow &r : network.rows) {
    const double value = value_of(r, metric);
    const double x = panel.x.at(static_cast<double>(r.number) + 1);
    if (r.state != "asked") end = x;
    if (std::isnan(value) || (!path.empty() && metric.direction * value <= metric.direction * best)) continue;
    best = value;
    path += path.empty() ? fmt::format("M{:.1f},{:.1f}", x, panel.y.at(best))
                         : fmt::format("H{:.1f}V{:.1f}", x, panel.y.at(best));
  }
  if (path.empty()) return {};
  return fmt::format("<path class=\"curve\" stroke=\"{}\" d=\"{}H{:.1f}\"/>\n", colour, path, end);
}

Ticks recipe_ticks(const Axis &x) {
  Ticks ticks;
  const double step = std::max(1.0, tick_step(x.high - x.low, 10));
  for (double v = std::max(step, std::ceil(x.low / step) * step); v <= x.high; v += step)
    ticks.emplace_back(v, fmt::format("{:.0f}", v));
  return ticks;
}

}  // namespace

std::string tune_plot(const ReportData &data) {
  double y = 12;
  std::vector<LegendEntry> entries;
  for (std::size_t i = 0; i < data.tuned.size(); ++i)
    entries.push_back(colour_entry(series_colour(i), network_name(data, data.tuned[i].trial)));
  entries.push_back({"<path class=\"float\" d=\"M-8,0H8\"/>", "as the search trained it", 0});
  std::string svg = legend(entries, 80, kPlotWidth, y);
  Panel panel;
  panel.box = {80, y + 20, 840, y + 320};
  if (!scale(data, panel)) return {};
  svg += plot_grid(panel.box, panel.x, recipe_ticks(panel.x), panel.y, value_ticks(panel.y, 6));
  svg += axis_titles(panel.box, "recipes tried", metric_title(data.metric()));
  for (std::size_t i = 0; i < data.tuned.size(); ++i) {
    const TunedNetwork &n = data.tuned[i];
    if (const double before = searched(data, n.trial); !std::isnan(before))
      svg += fmt::format("<path class=\"float\" style=\"stroke:{}\" d=\"M{:.1f},{:.1f}H{:.1f}\"/>\n", series_colour(i),
                         panel.box.left, panel.y.at(before), panel.box.right);
    svg += staircase(panel, n, data.metric(), series_colour(i));
    for (const Study::TuneRow &r : n.rows)
      if (r.state != "asked") svg += recipe_mark(data, panel, r, series_colour(i));
  }
  return fmt::format("<svg viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"best {} over recipes\">\n{}</svg>\n",
                     kPlotWidth, panel.box.bottom + 55, escape_html(data.metric().name), svg);
}

}  // namespace nac::fw
