// SPDX-License-Identifier: Apache-2.0
#include "report/front_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "report/html.hpp"
#include "report/number_text.hpp"

namespace nac::fw {
namespace {

constexpr double kWidth = 860, kHeight = 460, kLeft = 80, kRight = 20, kTop = 15, kBottom = 55;

struct Dot {
  double x = 0, y = 0;  ///< log10 of the BOPs, the metric
  const Trial *trial = nullptr;
  bool front = false;
};

struct Axis {
  double low = 0, high = 1;
  double from = 0, to = 1;  ///< in pixels
  double at(double value) const { return from + (to - from) * (std::clamp(value, low, high) - low) / (high - low); }
  void pad() {
    const double room = high > low ? 0.05 * (high - low) : std::max(0.5, std::fabs(low) * 0.05);
    low -= room;
    high += room;
  }
};

/// A round distance that gives about `count` ticks.
double tick_step(double span, int count) {
  const double rough = span / count, power = std::pow(10, std::floor(std::log10(rough)));
  for (const double nice : {1.0, 2.0, 5.0})
    if (rough <= nice * power) return nice * power;
  return 10 * power;
}

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

/// Bad trials can be bad without bound: the axis shows the front and the better 95 percent of the others.
Axis metric_axis(std::vector<Dot> dots, int direction) {
  std::sort(dots.begin(), dots.end(), [&](const Dot &a, const Dot &b) { return direction * a.y > direction * b.y; });
  Axis axis;
  const std::size_t shown = std::max<std::size_t>(1, (dots.size() * 95 + 99) / 100);
  axis.low = axis.high = dots.front().y;
  for (std::size_t i = 0; i < dots.size(); ++i)
    if (i < shown || dots[i].front) {
      axis.low = std::min(axis.low, dots[i].y);
      axis.high = std::max(axis.high, dots[i].y);
    }
  axis.pad();
  axis.from = kHeight - kBottom;
  axis.to = kTop;
  return axis;
}

std::string line(const char *style, double x1, double y1, double x2, double y2) {
  return fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", style, x1, y1,
                     x2, y2);
}

/// Powers of ten over wide ranges, round numbers within about one decade.
std::vector<std::pair<double, std::string>> operations_ticks(const Axis &x) {
  std::vector<std::pair<double, std::string>> ticks;
  if (x.high - x.low > 1.5) {
    const double step = std::max(1.0, std::ceil((x.high - x.low) / 8));
    for (double v = std::ceil(x.low); v <= x.high; v += step)
      ticks.emplace_back(v, fmt::format("10<tspan dy=\"-5\" font-size=\"9\">{:.0f}</tspan>", v));
    return ticks;
  }
  const double low = std::pow(10, x.low), high = std::pow(10, x.high), step = tick_step(high - low, 6);
  for (double i = std::ceil(low / step); i * step <= high; ++i)
    if (i > 0) ticks.emplace_back(std::log10(i * step), number_text(i * step));
  return ticks;
}

std::string axes(const Axis &x, const Axis &y, const Quantity &metric) {
  std::string svg;
  const double bottom = kHeight - kBottom;
  for (const auto &[v, label] : operations_ticks(x)) {
    svg += line("grid", x.at(v), kTop, x.at(v), bottom);
    svg += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", x.at(v),
                       bottom + 18, label);
  }
  const double y_step = tick_step(y.high - y.low, 6);
  for (double i = std::ceil(y.low / y_step); i * y_step <= y.high; ++i) {
    svg += line("grid", kLeft, y.at(i * y_step), kWidth - kRight, y.at(i * y_step));
    svg += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.4g}</text>\n", kLeft - 6,
                       y.at(i * y_step) + 4, i * y_step);
  }
  svg += fmt::format("<rect class=\"frame\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n", kLeft, kTop,
                     kWidth - kLeft - kRight, bottom - kTop);
  svg += fmt::format("<text class=\"label\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">BOPs per sample</text>\n",
                     (kLeft + kWidth - kRight) / 2, kHeight - 12);
  const std::string unit = metric.unit.empty() ? "" : fmt::format(" [{}]", metric.unit);
  svg += fmt::format(
      "<text class=\"label\" transform=\"translate(18,{:.1f}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
      (kTop + bottom) / 2,
      escape_html(fmt::format("{}{} ({} is better)", metric.name, unit, metric.direction > 0 ? "larger" : "smaller")));
  return svg;
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
  const bool outside = d.y < y.low || d.y > y.high;
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
  x.from = kLeft;
  x.to = kWidth - kRight;
  const Axis y = metric_axis(dots, metric.direction);
  std::string svg = fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{} against BOPs of {} trials, {} on the front\">\n", kWidth,
      kHeight, escape_html(metric.name), dots.size(), data.front.size());
  svg += axes(x, y, metric) + staircase(dots, x, y, metric.direction);
  for (const Dot &d : dots)
    if (data.figures.knee == d.trial->number)
      svg += fmt::format("<circle class=\"knee\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"9\"/>\n", x.at(d.x), y.at(d.y));
  for (const bool front : {false, true})
    for (const Dot &d : dots)
      if (d.front == front) svg += dot(d, x, y, metric);
  return svg + "</svg>\n";
}

}  // namespace nac::fw
