// SPDX-License-Identifier: Apache-2.0
#include "report/front_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "report/html.hpp"
#include "report/number_text.hpp"
#include "report/plot_axis.hpp"

namespace nac::fw {
namespace {

constexpr double kWidth = 860, kHeight = 460;
constexpr PlotBox kBox{80, 15, 840, 405};

struct Dot {
  double x = 0, y = 0;  ///< log10 of the BOPs, the metric
  const Trial *trial = nullptr;
  bool front = false;
};

std::vector<Dot> dots_of(const ReportData &data) {
  const std::set<uint64_t> front(data.front.begin(), data.front.end());
  std::vector<Dot> dots;
  for (const Trial &t : data.trials) {
    const auto bops = t.metrics.find("bops"), metric = t.metrics.find(data.metric().name);
    if (!t.measured() || t.duplicate_of >= 0 || bops == t.metrics.end() || metric == t.metrics.end() ||
        !std::isfinite(metric->second))
      continue;
    // A network without any operation that counts stands at one bit operation: a logarithm needs something.
    dots.push_back({std::log10(std::max(1.0, bops->second)), metric->second, &t, front.count(t.number) != 0});
  }
  return dots;
}

std::string title_of(const Trial &t, const Quantity &metric) {
  const auto value = [&](const char *name) {
    const auto at = t.metrics.find(name);
    return at == t.metrics.end() ? std::string("-") : number_text(at->second);
  };
  return fmt::format("trial {}{}{}: {} {}, {} BOPs, {} parameters\n{}", t.number,
                     t.preset.empty() ? "" : " (" + t.preset + ")", t.feasible ? "" : ", breaks a constraint",
                     metric.name, value(metric.name.c_str()), value("bops"), value("parameters"), t.architecture);
}

std::string dot(const Dot &d, const Axis &x, const Axis &y, const Quantity &metric) {
  const bool outside = !y.shows(d.y);
  const char *style = d.front ? "front" : !d.trial->feasible ? "broken" : outside ? "outside" : "trial";
  return fmt::format("<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"><title>{}</title></circle>\n", style,
                     x.at(d.x), y.at(d.y), d.front ? "5" : "3", escape_html(title_of(*d.trial, metric)));
}

/// What the front promises between its points: the best metric at no more BOPs. Points of a front in more than two
/// objectives need not lie on it.
std::string staircase(std::vector<Dot> dots, const Axis &x, const Axis &y, int direction) {
  std::sort(dots.begin(), dots.end(), [](const Dot &a, const Dot &b) { return a.x < b.x; });
  std::string path;
  double best = 0;
  for (const Dot &d : dots) {
    if (!d.front || (!path.empty() && direction * d.y <= direction * best)) continue;
    best = d.y;
    path += path.empty() ? fmt::format("M{:.1f},{:.1f}", x.at(d.x), y.at(d.y))
                         : fmt::format("H{:.1f}V{:.1f}", x.at(d.x), y.at(d.y));
  }
  if (path.empty()) return {};
  return fmt::format("<path class=\"stairs\" d=\"{}H{:.1f}\"/>\n", path, x.to);
}

}  // namespace

std::string front_plot(const ReportData &data) {
  const std::vector<Dot> dots = dots_of(data);
  if (dots.empty()) return {};
  const Quantity &metric = data.metric();
  Axis x;
  const auto [low, high] =
      std::minmax_element(dots.begin(), dots.end(), [](const Dot &a, const Dot &b) { return a.x < b.x; });
  x.low = low->x;
  x.high = high->x;
  x.pad();
  x.from = kBox.left;
  x.to = kBox.right;
  std::vector<MetricValue> values;
  for (const Dot &d : dots) values.push_back({d.y, d.front});
  const Axis y = metric_axis(values, metric.direction, kBox);
  std::string svg = fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{} against BOPs of {} trials, {} on the front\">\n", kWidth,
      kHeight, escape_html(metric.name), dots.size(), data.front.size());
  svg += plot_grid(kBox, x, operations_ticks(x), y, value_ticks(y, 6)) +
         axis_titles(kBox, "BOPs per sample", metric_title(metric)) + staircase(dots, x, y, metric.direction);
  for (const Dot &d : dots)
    if (data.figures.knee == d.trial->number)
      svg += fmt::format("<circle class=\"knee\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"9\"/>\n", x.at(d.x), y.at(d.y));
  for (const bool front : {false, true})
    for (const Dot &d : dots)
      if (d.front == front) svg += dot(d, x, y, metric);
  return svg + "</svg>\n";
}

}  // namespace nac::fw
