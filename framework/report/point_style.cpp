// SPDX-License-Identifier: Apache-2.0
#include "report/point_style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "report/html_parts.hpp"
#include "report/local_search.hpp"
#include "report/number_text.hpp"

namespace nac::fw {
namespace {

constexpr double kPanelHeight = 230, kPanelStep = 325;  ///< box, and box with its titles
constexpr double kLetter = 6.6, kLine = 20;

std::string point_title(const ReportData &data, const CompressPoint &p) {
  const Quantity &metric = data.metric();
  const auto value = [&](const char *name, const char *unit) {
    const std::optional<double> v = p.value(name);
    return v ? fmt::format(", {}{}", number_text(*v), unit) : std::string();
  };
  std::string text = fmt::format("{}, {}, step {} ({} {})", network_name(data, p.row.trial), p.row.chain,
                                 p.row.position, p.row.pass, p.row.iteration);
  if (const auto v = p.value(metric.name))
    text += fmt::format("\n{} {}{}", metric.name, number_text(*v), metric.unit.empty() ? "" : " " + metric.unit);
  if (p.sparsity) text += fmt::format(", sparsity {:.1f} %", 100 * *p.sparsity);
  text += value("weight_bits", " bit weights") + value("activation_bits", " bit activations") + value("bops", " BOPs") +
          value("parameters", " parameters");
  if (!p.kept() || !p.row.reason.empty()) text += fmt::format("\n{}: {}", p.row.state, p.row.reason);
  return text;
}

}  // namespace

std::string bits_colour(std::optional<int> bits) {
  switch (bits.value_or(0)) {
    case 2: return "#e69f00";
    case 3: return "#882255";
    case 4: return "#d55e00";
    case 5: return "#999933";
    case 6: return "#56b4e9";
    case 7: return "#44aa99";
    case 8: return "#0072b2";
    case 16: return "#009e73";
    case 32: return "#cc79a7";
    default: return "#8a8f98";
  }
}

std::string series_colour(std::size_t index) {
  static const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#882255"};
  return colours[index % std::size(colours)];
}

double sparsity_opacity(std::optional<double> sparsity) {
  return 0.15 + 0.85 * std::clamp(sparsity.value_or(0), 0.0, 1.0);
}

std::string point_mark(const ReportData &data, const CompressPoint &p, double x, double y, bool outside) {
  const std::string colour = bits_colour(p.bits), title = "<title>" + escape_html(point_title(data, p)) + "</title>";
  if (!p.kept())
    return fmt::format("<path class=\"undone\" stroke=\"{}\" d=\"M{:.1f},{:.1f}l8,8m0,-8l-8,8\">{}</path>\n", colour,
                       x - 4, y - 4, title);
  return fmt::format(
      "<circle class=\"point\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" stroke=\"{}\" fill=\"{}\" fill-opacity=\"{:.3f}\">{}"
      "</circle>\n",
      x, y, colour, outside ? "none" : colour, sparsity_opacity(p.sparsity), title);
}

LegendEntry colour_entry(const std::string &colour, const std::string &text) {
  return {fmt::format("<circle r=\"5\" fill=\"{}\"/>", colour), text, 0};
}

std::vector<LegendEntry> bits_legend(const ReportData &data) {
  std::set<int, std::greater<>> known;
  bool unknown = false;
  for (const CompressNetwork &n : data.compressed)
    for (const CompressChain &c : n.chains)
      for (const CompressPoint &p : c.points) {
        if (p.bits) known.insert(*p.bits);
        unknown = unknown || !p.bits;
      }
  std::vector<LegendEntry> entries;
  for (const int bits : known) entries.push_back(colour_entry(bits_colour(bits), fmt::format("{} bits", bits)));
  if (unknown) entries.push_back(colour_entry(bits_colour(std::nullopt), "bits not known"));
  return entries;
}

std::string legend(const std::vector<LegendEntry> &entries, double x, double right, double &y) {
  std::string svg;
  double at = x;
  for (const LegendEntry &e : entries) {
    const double width = 20 + e.wider + kLetter * static_cast<double>(e.text.size()) + 14;
    if (at > x && at + width > right) {
      at = x;
      y += kLine;
    }
    svg += fmt::format("<g transform=\"translate({:.1f},{:.1f})\">{}</g>", at + 6, y, e.drawing);
    svg += fmt::format("<text class=\"legend\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", at + 20 + e.wider, y + 4,
                       escape_html(e.text));
    at += width;
  }
  return svg;
}

PlotBox small_panel(std::size_t index, double top) {
  const double left = index % 2 == 0 ? 80 : 510, y = top + kPanelStep * static_cast<double>(index / 2);
  return {left, y, left + 330, y + kPanelHeight};
}

double small_panels_height(std::size_t count) { return kPanelStep * static_cast<double>((count + 1) / 2); }

std::string panel_title(const PlotBox &box, const std::string &text) {
  return fmt::format("<text class=\"panel\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", box.left, box.top - 9,
                     escape_html(text));
}

}  // namespace nac::fw
