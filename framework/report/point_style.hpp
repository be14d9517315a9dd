// SPDX-License-Identifier: Apache-2.0
//
// How points of compression look in every plot.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "report/plot_axis.hpp"
#include "report/report_data.hpp"

namespace nac::fw {

/// Colours that people with any colour vision tell apart (Okabe and Ito 2008, Tol 2021); grey for widths that are not
/// known or unusual.
std::string bits_colour(std::optional<int> bits);
/// The same kind of colours for things in a row; they repeat after seven.
std::string series_colour(std::size_t index);
/// 0.15 without sparsity up to 1 at 100 percent, as in the paper's figures.
double sparsity_opacity(std::optional<double> sparsity);

/// A point at pixels x, y with its title: a circle where the step was kept, a cross where it was undone or failed.
/// `outside`: beyond the axis, drawn hollow.
std::string point_mark(const ReportData &data, const CompressPoint &point, double x, double y, bool outside);

/// An entry of a legend: a drawing and what it means.
struct LegendEntry {
  std::string drawing;  ///< SVG around 0, 0
  std::string text;
  double wider = 0;  ///< pixels that the drawing reaches beyond 8 to the right
};
LegendEntry colour_entry(const std::string &colour, const std::string &text);
/// All numbers of bits that the networks have, from many to few.
std::vector<LegendEntry> bits_legend(const ReportData &data);
/// In lines from `x`, `y` on that end before `right`; sets `y` to the last line's.
std::string legend(const std::vector<LegendEntry> &entries, double x, double right, double &y);

/// Where panel `index` of a plot is when each line has two, of the page's width; the first line's box begins at `top`.
PlotBox small_panel(std::size_t index, double top);
/// Height that `count` such panels need.
double small_panels_height(std::size_t count);
/// Above a box, at its left.
std::string panel_title(const PlotBox &box, const std::string &text);

inline constexpr double kPlotWidth = 860;  ///< of all plots, in pixels

}  // namespace nac::fw
