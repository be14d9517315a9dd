// SPDX-License-Identifier: Apache-2.0
#include "report/compress_plot.hpp"

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

constexpr double kLarge = 330, kNames = 130;  ///< height of the panel with all; room for names beside it

struct Dot {
  double x = 0, y = 0;  ///< log10 of the BOPs, the metric
  const CompressPoint *point = nullptr;
};

/// A box with its axes.
struct Panel {
  PlotBox box;
  Axis x, y;
};

std::vector<Dot> dots_of(const CompressNetwork &network, const Quantity &metric) {
  std::vector<Dot> dots;
  for (const CompressChain &c : network.chains)
    for (const CompressPoint &p : c.points) {
      const std::optional<double> bops = p.value("bops"), value = p.value(metric.name);
      // A network that is pruned to nothing stands at one bit operation: a logarithm needs something.
      if (bops && value) dots.push_back({std::log10(std::max(1.0, *bops)), *value, &p});
    }
  return dots;
}

struct Contents {
  std::vector<const CompressNetwork *> networks;  ///< those that have dots
  std::vector<std::vector<Dot>> dots;             ///< of each
  std::vector<std::optional<double>> reference;   ///< metric of each as float network
};

Contents contents_of(const ReportData &data) {
  Contents c;
  for (const CompressNetwork &n : data.compressed) {
    std::vector<Dot> dots = dots_of(n, data.metric());
    if (dots.empty()) continue;
    c.networks.push_back(&n);
    c.dots.push_back(std::move(dots));
    c.reference.push_back(float_value(data, n.trial, data.metric().name));
  }
  return c;
}

/// Ranges of all dots, so that panels can be compared.
Panel scaled(const ReportData &data, const Contents &c, const PlotBox &box) {
  Panel panel;
  panel.box = box;
  const CompressPoint *chosen = data.choice.step ? find_point(data.compressed, *data.choice.step) : nullptr;
  std::vector<MetricValue> values;
  panel.x.low = panel.x.high = c.dots.front().front().x;
  for (const std::vector<Dot> &dots : c.dots)
    for (const Dot &d : dots) {
      panel.x.low = std::min(panel.x.low, d.x);
      panel.x.high = std::max(panel.x.high, d.x);
      values.push_back({d.y, d.point == chosen});
    }
  for (const std::optional<double> &r : c.reference)
    if (r) values.push_back({*r, true});
  panel.x.pad();
  panel.x.from = box.left;
  panel.x.to = box.right;
  panel.y = metric_axis(std::move(values), data.metric().direction, box);
  return panel;
}

std::string float_line(const ReportData &data, const Panel &panel, uint64_t trial, double value) {
  const auto bops = float_value(data, trial, "bops");
  const std::string title = fmt::format("{}, float: {} {}{}", network_name(data, trial), data.metric().name,
                                        number_text(value), bops ? fmt::format(", {} BOPs", number_text(*bops)) : "");
  const double y = panel.y.at(value);
  return fmt::format("<path class=\"float\" d=\"M{:.1f},{:.1f}H{:.1f}\"><title>{}</title></path>\n", panel.box.left, y,
                     panel.box.right, escape_html(title));
}

std::string ring(const ReportData &data, const Panel &panel, const std::vector<Dot> &dots) {
  const CompressPoint *chosen = data.choice.step ? find_point(data.compressed, *data.choice.step) : nullptr;
  for (const Dot &d : dots)
    if (d.point == chosen)
      return fmt::format("<circle class=\"knee\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"9\"/>\n", panel.x.at(d.x),
                         panel.y.at(d.y));
  return {};
}

std::string draw(const ReportData &data, const Panel &panel, const std::vector<Dot> &dots) {
  std::string svg;
  for (const Dot &d : dots) svg += point_mark(data, *d.point, panel.x.at(d.x), panel.y.at(d.y), !panel.y.shows(d.y));
  return svg + ring(data, panel, dots);
}

std::string frame(const ReportData &data, const Panel &panel, int ticks) {
  return plot_grid(panel.box, panel.x, operations_ticks(panel.x), panel.y, value_ticks(panel.y, ticks)) +
         axis_titles(panel.box, "BOPs per sample", metric_title(data.metric()));
}

/// Names at the right of the lines of the float networks, moved apart where they would touch.
std::string float_names(const ReportData &data, const Panel &panel, const Contents &c) {
  std::vector<std::pair<double, std::string>> names;
  for (std::size_t i = 0; i < c.networks.size(); ++i)
    if (c.reference[i]) names.emplace_back(panel.y.at(*c.reference[i]), network_name(data, c.networks[i]->trial));
  std::sort(names.begin(), names.end());
  std::string svg;
  double lowest = panel.box.top - 14;
  for (const auto &[at, name] : names) {
    lowest = std::max(at, lowest + 14);
    svg += fmt::format("<text class=\"tick\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", panel.box.right + 6, lowest + 4,
                       escape_html(name));
  }
  return svg;
}

/// "Large" and so on, over their points and over each other where they would touch.
std::string pick_names(const ReportData &data, const Panel &panel) {
  struct Name {
    double x, y;
  };
  std::vector<Name> placed;
  std::string svg;
  for (const Choice::Pick &pick : data.choice.picks) {
    const CompressPoint *p = find_point(data.compressed, pick.step);
    const auto bops = p ? p->value("bops") : std::nullopt, metric = p ? p->value(data.metric().name) : std::nullopt;
    if (!bops || !metric) continue;
    const double x = panel.x.at(std::log10(std::max(1.0, *bops))), y = panel.y.at(*metric);
    svg += fmt::format("<circle class=\"pick\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"7\"/>\n", x, y);
    double above = y - 13;
    const auto touches = [&](const Name &n) { return std::fabs(n.x - x) < 50 && std::fabs(n.y - above) < 13; };
    while (std::any_of(placed.begin(), placed.end(), touches)) above -= 13;
    placed.push_back({x, above});
    svg += fmt::format("<text class=\"pick\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n", x, above,
                       escape_html(pick.label));
  }
  return svg;
}

std::string key(const ReportData &data, double &y) {
  std::vector<LegendEntry> entries = bits_legend(data);
  std::string ramp;
  for (int i = 0; i <= 4; ++i)
    ramp += fmt::format("<circle cx=\"{}\" r=\"4\" class=\"ramp\" fill-opacity=\"{:.2f}\"/>", 10 * i - 2,
                        sparsity_opacity(0.25 * i));
  entries.push_back({ramp, "sparsity 0 to 100 %", 36});
  entries.push_back({"<path class=\"float\" d=\"M-8,0H8\"/>", "float network", 0});
  entries.push_back({"<path class=\"undone ink\" d=\"M-4,-4l8,8m0,-8l-8,8\"/>", "undone or failed", 0});
  if (data.choice.step) entries.push_back({"<circle class=\"knee\" r=\"7\"/>", "chosen", 0});
  return legend(entries, 80, kPlotWidth, y);
}

}  // namespace

std::string compress_plot(const ReportData &data) {
  const Contents c = contents_of(data);
  if (c.networks.empty()) return {};
  double y = 12;
  std::string svg = key(data, y);
  const double top = y + 38;
  const bool several = c.networks.size() > 1;
  const Panel all = scaled(data, c, {80, top, kPlotWidth - kNames, top + kLarge});
  svg += panel_title(all.box, several ? "all networks" : network_name(data, c.networks[0]->trial));
  svg += frame(data, all, 6);
  for (std::size_t i = 0; i < c.networks.size(); ++i)
    if (c.reference[i]) svg += float_line(data, all, c.networks[i]->trial, *c.reference[i]);
  for (const std::vector<Dot> &dots : c.dots) svg += draw(data, all, dots);
  svg += float_names(data, all, c) + pick_names(data, all);
  double height = all.box.bottom + 55;
  for (std::size_t i = 0; several && i < c.networks.size(); ++i) {
    const Panel one = scaled(data, c, small_panel(i, height + 35));
    svg += panel_title(one.box, network_name(data, c.networks[i]->trial)) + frame(data, one, 5);
    if (c.reference[i]) svg += float_line(data, one, c.networks[i]->trial, *c.reference[i]);
    svg += draw(data, one, c.dots[i]);
  }
  if (several) height += small_panels_height(c.networks.size());
  return fmt::format(
      "<svg viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"{} against BOPs of compressed "
      "networks\">\n{}</svg>\n",
      kPlotWidth, height, escape_html(data.metric().name), svg);
}

}  // namespace nac::fw
