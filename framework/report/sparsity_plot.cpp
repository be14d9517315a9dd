// SPDX-License-Identifier: Apache-2.0
#include "report/sparsity_plot.hpp"

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

constexpr double kFewest = 1e-4;  ///< share of the weights that the axis goes down to

struct Panel {
  PlotBox box;
  Axis x, y;
};

Ticks sparsity_ticks(const Axis &x) {
  Ticks ticks;
  for (const double percent : {0.0, 20.0, 50.0, 80.0, 90.0, 95.0, 98.0, 99.0, 99.5, 99.8, 99.9, 99.99})
    if (x.shows(sparsity_place(percent / 100)))
      ticks.emplace_back(sparsity_place(percent / 100), fmt::format("{:.4g}", percent));
  return ticks;
}

/// Ranges of all steps; false where none has both values.
bool scale(const ReportData &data, Panel &panel) {
  const Quantity &metric = data.metric();
  std::vector<MetricValue> values;
  panel.x.low = 0;
  panel.x.high = 0;
  for (const CompressNetwork &n : data.compressed) {
    for (const CompressChain &c : n.chains)
      for (const CompressPoint &p : c.points) {
        const std::optional<double> value = p.value(metric.name);
        if (p.sparsity) panel.x.high = std::max(panel.x.high, sparsity_place(*p.sparsity));
        if (value && p.sparsity) values.push_back({*value, false});
      }
  }
  if (values.empty()) return false;
  for (const CompressNetwork &n : data.compressed)
    if (const auto reference = float_value(data, n.trial, metric.name)) values.push_back({*reference, true});
  panel.x.high = std::max(panel.x.high, sparsity_place(0.2));
  panel.x.pad();
  panel.x.from = panel.box.left;
  panel.x.to = panel.box.right;
  panel.y = metric_axis(std::move(values), metric.direction, panel.box);
  return true;
}

std::string curve(const ReportData &data, const Panel &panel, const CompressChain &chain) {
  std::string path, marks;
  double last = 0;  // a failed step may not know its sparsity: it stands where the one before it stood
  for (const CompressPoint &p : chain.points) {
    const std::optional<double> value = p.value(data.metric().name);
    last = p.sparsity.value_or(last);
    if (p.kept() && (!value || !p.sparsity)) continue;
    const double x = panel.x.at(sparsity_place(last)), y = value ? panel.y.at(*value) : panel.box.bottom;
    marks += point_mark(data, p, x, y, value && !panel.y.shows(*value));
    if (p.kept()) path += fmt::format("{}{:.1f},{:.1f}", path.empty() ? "M" : "L", x, y);
  }
  if (path.empty()) return marks;
  return fmt::format("<path class=\"curve\" stroke=\"{}\" d=\"{}\"><title>{}</title></path>\n", bits_colour(chain.bits),
                     path, escape_html(chain.label)) +
         marks;
}

std::string panel_of(const ReportData &data, const Panel &panel, const CompressNetwork &network) {
  const Quantity &metric = data.metric();
  const std::optional<double> reference = float_value(data, network.trial, metric.name);
  std::string title = network_name(data, network.trial);
  if (reference) title += fmt::format(", float {}", number_text(*reference));
  std::string svg = panel_title(panel.box, title);
  svg += plot_grid(panel.box, panel.x, sparsity_ticks(panel.x), panel.y, value_ticks(panel.y, 5));
  svg += axis_titles(panel.box, "sparsity [%], spaced by the weights left", metric_title(metric));
  if (reference)
    svg += fmt::format("<path class=\"float\" d=\"M{:.1f},{:.1f}H{:.1f}\"/>\n", panel.box.left, panel.y.at(*reference),
                       panel.box.right);
  for (const CompressChain &c : network.chains) svg += curve(data, panel, c);
  const CompressPoint *chosen = data.choice.step ? find_point(data.compressed, *data.choice.step) : nullptr;
  if (chosen != nullptr && chosen->row.trial == network.trial && chosen->sparsity && chosen->value(metric.name))
    svg += fmt::format("<circle class=\"knee\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"9\"/>\n",
                       panel.x.at(sparsity_place(*chosen->sparsity)), panel.y.at(*chosen->value(metric.name)));
  return svg;
}

}  // namespace

double sparsity_place(double sparsity) { return -std::log10(std::clamp(1 - sparsity, kFewest, 1.0)); }

std::string sparsity_plot(const ReportData &data) {
  double y = 12;
  std::vector<LegendEntry> entries = bits_legend(data);
  entries.push_back({"<path class=\"float\" d=\"M-8,0H8\"/>", "float network", 0});
  entries.push_back({"<path class=\"undone ink\" d=\"M-4,-4l8,8m0,-8l-8,8\"/>", "undone or failed", 0});
  if (data.choice.step) entries.push_back({"<circle class=\"knee\" r=\"7\"/>", "chosen", 0});
  std::string svg = legend(entries, 80, kPlotWidth, y);
  for (std::size_t i = 0; i < data.compressed.size(); ++i) {
    Panel panel;
    panel.box = small_panel(i, y + 38);
    if (!scale(data, panel)) return {};
    svg += panel_of(data, panel, data.compressed[i]);
  }
  if (data.compressed.empty()) return {};
  return fmt::format("<svg viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"{} against sparsity\">\n{}</svg>\n",
                     kPlotWidth, y + small_panels_height(data.compressed.size()), escape_html(data.metric().name), svg);
}

}  // namespace nac::fw
