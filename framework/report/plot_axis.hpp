// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "study/quantity.hpp"

namespace nac::fw {

/// From values to pixels; values outside land on the edge.
struct Axis {
  double low = 0, high = 1;
  double from = 0, to = 1;  ///< in pixels
  double at(double value) const;
  /// Room on both sides, also around a single value.
  void pad();
  bool shows(double value) const { return value >= low && value <= high; }
};

/// Where a plot's frame is, in pixels.
struct PlotBox {
  double left = 0, top = 0, right = 0, bottom = 0;
};

/// Values with their labels, which are contents of an SVG text element.
using Ticks = std::vector<std::pair<double, std::string>>;

/// A value of a metric, and whether the axis must show it however bad it is.
struct MetricValue {
  double value = 0;
  bool always = false;
};

/// A round distance that gives about `count` ticks.
double tick_step(double span, int count);
Ticks value_ticks(const Axis &axis, int count);
/// For an axis in log10: powers of ten over wide ranges, round numbers within about one decade.
Ticks operations_ticks(const Axis &axis);
/// Bad results can be bad without bound: the axis shows the better 95 percent and what must be shown. `values` is not
/// empty. From the bottom of the box to its top.
Axis metric_axis(std::vector<MetricValue> values, int direction, const PlotBox &box);

std::string svg_line(const std::string &style, double x1, double y1, double x2, double y2);
/// Grid, labels, and the frame; an x tick whose label would touch the one before is left out.
std::string plot_grid(const PlotBox &box, const Axis &x, const Ticks &x_ticks, const Axis &y, const Ticks &y_ticks);
/// Titles below and to the left of the box; plain text.
std::string axis_titles(const PlotBox &box, const std::string &x, const std::string &y);
/// "error [px] (smaller is better)"
std::string metric_title(const Quantity &metric);

}  // namespace nac::fw
