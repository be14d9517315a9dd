// SPDX-License-Identifier: Apache-2.0
#include "report/plot_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/html_parts.hpp"
#include "report/number_text.hpp"

namespace nac::fw {
namespace {

constexpr double kCharacter = 6.8;  ///< pixels, of digits at 12 px

/// Of a tick's label; markup does not count.
double width_of(const std::string &label) {
  double characters = 0;
  bool inside = false;
  for (const char c : label) {
    if (c == '<') inside = true;
    if (!inside) ++characters;
    if (c == '>') inside = false;
  }
  return characters * kCharacter;
}

}  // namespace

double Axis::at(double value) const { return from + (to - from) * (std::clamp(value, low, high) - low) / (high - low); }

void Axis::pad() {
  const double room = high > low ? 0.05 * (high - low) : std::max(0.5, std::fabs(low) * 0.05);
  low -= room;
  high += room;
}

double tick_step(double span, int count) {
  const double rough = span / count, power = std::pow(10, std::floor(std::log10(rough)));
  for (const double nice : {1.0, 2.0, 5.0})
    if (rough <= nice * power) return nice * power;
  return 10 * power;
}

Ticks value_ticks(const Axis &axis, int count) {
  Ticks ticks;
  const double step = tick_step(axis.high - axis.low, count);
  for (double i = std::ceil(axis.low / step); i * step <= axis.high; ++i)
    ticks.emplace_back(i * step, fmt::format("{:.4g}", i * step));
  return ticks;
}

Ticks operations_ticks(const Axis &axis) {
  Ticks ticks;
  if (axis.high - axis.low > 1.5) {
    const double step = std::max(1.0, std::ceil((axis.high - axis.low) / 8));
    for (double v = std::ceil(axis.low); v <= axis.high; v += step)
      ticks.emplace_back(v, fmt::format("10<tspan dy=\"-5\" font-size=\"9\">{:.0f}</tspan>", v));
    return ticks;
  }
  const double low = std::pow(10, axis.low), high = std::pow(10, axis.high), step = tick_step(high - low, 6);
  for (double i = std::ceil(low / step); i * step <= high; ++i)
    if (i > 0) ticks.emplace_back(std::log10(i * step), number_text(i * step));
  return ticks;
}

Axis metric_axis(std::vector<MetricValue> values, int direction, const PlotBox &box) {
  std::sort(values.begin(), values.end(),
            [&](const MetricValue &a, const MetricValue &b) { return direction * a.value > direction * b.value; });
  Axis axis;
  const std::size_t shown = std::max<std::size_t>(1, (values.size() * 95 + 99) / 100);
  axis.low = axis.high = values.front().value;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (i < shown || values[i].always) {
      axis.low = std::min(axis.low, values[i].value);
      axis.high = std::max(axis.high, values[i].value);
    }
  axis.pad();
  axis.from = box.bottom;
  axis.to = box.top;
  return axis;
}

std::string svg_line(const std::string &style, double x1, double y1, double x2, double y2) {
  return fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", style, x1, y1,
                     x2, y2);
}

std::string plot_grid(const PlotBox &box, const Axis &x, const Ticks &x_ticks, const Axis &y, const Ticks &y_ticks) {
  std::string svg;
  double free_from = -1e9;
  for (const auto &[v, label] : x_ticks) {
    const double half = width_of(label) / 2;
    if (x.at(v) - half < free_from) continue;
    svg += svg_line("grid", x.at(v), box.top, x.at(v), box.bottom);
    free_from = x.at(v) + half + kCharacter;
    svg += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", x.at(v),
                       box.bottom + 18, label);
  }
  for (const auto &[v, label] : y_ticks) {
    svg += svg_line("grid", box.left, y.at(v), box.right, y.at(v));
    svg += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n", box.left - 6,
                       y.at(v) + 4, label);
  }
  return svg + fmt::format("<rect class=\"frame\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n", box.left, box.top,
                           box.right - box.left, box.bottom - box.top);
}

std::string axis_titles(const PlotBox &box, const std::string &x, const std::string &y) {
  return fmt::format("<text class=\"label\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                     (box.left + box.right) / 2, box.bottom + 43, escape_html(x)) +
         fmt::format(
             "<text class=\"label\" transform=\"translate({:.0f},{:.1f}) rotate(-90)\" "
             "text-anchor=\"middle\">{}</text>\n",
             box.left - 62, (box.top + box.bottom) / 2, escape_html(y));
}

std::string metric_title(const Quantity &metric) {
  const std::string unit = metric.unit.empty() ? "" : fmt::format(" [{}]", metric.unit);
  return fmt::format("{}{} ({} is better)", metric.name, unit, metric.direction > 0 ? "larger" : "smaller");
}

}  // namespace nac::fw
