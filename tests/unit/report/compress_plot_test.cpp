// SPDX-License-Identifier: Apache-2.0
#include "report/compress_plot.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "compress_sample.hpp"
#include "report/html.hpp"
#include "report/point_style.hpp"
#include "sample.hpp"
#include "svg_check.hpp"

using Catch::Matchers::Contains;
using namespace nac::fw;

TEST_CASE("Widths have colours of their own, sparsity its opacity") {
  std::set<std::string> colours;
  for (const int bits : {2, 3, 4, 5, 6, 7, 8, 16, 32}) colours.insert(bits_colour(bits));
  CHECK(colours.size() == 9);
  CHECK(colours.count(bits_colour(std::nullopt)) == 0);
  for (int i = 0; i < 100; ++i) CHECK(sparsity_opacity(i / 100.0) < sparsity_opacity((i + 1) / 100.0));
  CHECK(sparsity_opacity(std::nullopt) == sparsity_opacity(0));
  CHECK(sparsity_opacity(0) > 0.1);
  CHECK(sparsity_opacity(2) == 1);
}

TEST_CASE("Compressed networks stand at their BOPs and metric") {
  const std::string svg = compress_plot(compressed_report());
  check_nesting(svg);
  // A panel with both networks and one for each; the failed step has no place.
  CHECK(count(svg, "class=\"point\"") == 2 * 5);
  CHECK(count(svg, "class=\"undone\"") == 2 * 1);
  CHECK(count(svg, "class=\"panel\"") == 3);
  // BOPs from 200 to 1e5 and the metric from 0.2 (float) to 0.9, a 20th of the range more on each side, in a box from
  // (80, 50) to (730, 380): 8 bits without pruning.
  CHECK_THAT(svg, Contains("<circle class=\"point\" cx=\"700.5\" cy=\"364.6\" r=\"4\" stroke=\"#0072b2\" "
                           "fill=\"#0072b2\" fill-opacity=\"0.150\">"));
  CHECK_THAT(svg, Contains("cx=\"481.5\" cy=\"343.6\" r=\"4\" stroke=\"#0072b2\" fill=\"#0072b2\" "
                           "fill-opacity=\"0.915\""));  // 1e4 BOPs at 90 %
  CHECK_THAT(svg, Contains("<path class=\"undone\" stroke=\"#d55e00\" d=\"M258.6,61.0l8,8m0,-8l-8,8\">"));
  CHECK_THAT(
      svg, Contains("<path class=\"float\" d=\"M80.0,365.0H730.0\"><title>trial 1, float: error 0.2, 1,234,567 BOPs"));
  CHECK_THAT(svg,
             Contains("<title>trial 1, {&quot;bits&quot;:8}, step 2 (prune 1)\nerror 0.25 px, sparsity 90.0 %, 8 bit "
                      "weights, 10,000 BOPs, 1,000 parameters</title>"));
  CHECK_THAT(svg, Contains("undone: the output is constant, &lt;one&gt; class"));
  CHECK_THAT(svg, Contains(">BOPs per sample<") && Contains(">error [px] (smaller is better)<"));
  for (const char *word : {">8 bits<", ">4 bits<", ">float network<", ">chosen<", "sparsity 0 to 100 %<"})
    CHECK(count(svg, word) == 1);
}

TEST_CASE("The choice is ringed in both of its panels and picks are named") {
  const std::string svg = compress_plot(compressed_report());
  // Legend, all networks, trial 1.
  CHECK(count(svg, "class=\"knee\"") == 3);
  CHECK_THAT(svg, Contains("<circle class=\"knee\" cx=\"634.5\" cy=\"363.7\" r=\"9\"/>"));
  CHECK(count(svg, "<text class=\"pick\"") == 1);  // not the one that is not in the study
  CHECK_THAT(svg, Contains("<text class=\"pick\" x=\"700.5\" y=\"351.6\" text-anchor=\"middle\">Large<"));
  ReportData data = compressed_report();
  data.choice = {};
  CHECK(count(compress_plot(data), "class=\"knee\"") == 0);
  // Picks of nearly one place: the second name goes above the first.
  data.choice.picks = {{"A", {1, "{\"bits\":8}", 0}}, {"B", {1, "{\"bits\":8}", 0}}};
  CHECK_THAT(compress_plot(data),
             Contains("y=\"351.6\" text-anchor=\"middle\">A<") && Contains("y=\"338.6\" text-anchor=\"middle\">B<"));
}

TEST_CASE("Plots of one network, of steps without values and of nothing") {
  ReportData data = compressed_report();
  data.compressed.erase(data.compressed.begin());
  CHECK(count(compress_plot(data), "class=\"panel\"") == 1);
  CHECK(compress_plot(data).find("nan") == std::string::npos);
  data.trials.clear();
  CHECK(count(compress_plot(data), "<path class=\"float\" d=\"M80") == 0);
  for (CompressChain &c : data.compressed[0].chains)
    for (CompressPoint &p : c.points) p.row.metrics.erase("bops");
  CHECK(compress_plot(data).empty());
  CHECK(compress_plot(sample_report()).empty());
}

TEST_CASE("What is far beyond the others is drawn hollow at the edge") {
  std::vector<Study::CompressRow> rows;
  for (int i = 0; i < 40; ++i) {
    rows.push_back(compress_sample()[3]);
    rows.back().position = i;
  }
  rows.back().metrics["error"] = 1e6;
  ReportData data = sample_report();
  data.compressed = compress_networks(rows);
  const std::string svg = compress_plot(data);
  CHECK(count(svg, "fill=\"none\"") == 1);
  CHECK_THAT(svg, Contains("cy=\"50.0\" r=\"4\" stroke=\"#0072b2\" fill=\"none\""));
}

TEST_CASE("The page has the sections of the local search") {
  ReportData data = compressed_report();
  data.tuned = tuned_networks(tune_sample());
  const std::string page = report_html(data);
  check_nesting(page);
  CHECK(count(page, "<svg") == 4);
  CHECK_THAT(page, Contains("<h2>Tuning</h2>") && Contains("<h2>Chosen model</h2>"));
  CHECK_THAT(page, Contains("<p>2 networks in 3 chains: 5 steps measured, 1 undone, 1 failed.</p>"));
  CHECK_THAT(page, Contains("<td>0.203</td><td>0.204 \xC2\xB1 0.0012</td><td>0.21</td>"));
  const std::string plain = report_html(sample_report());
  for (const char *absent : {"Tuning", "Compression", "Chosen"}) CHECK(plain.find(absent) == std::string::npos);
}
