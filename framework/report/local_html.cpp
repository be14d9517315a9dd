// SPDX-License-Identifier: Apache-2.0
#include "report/local_html.hpp"

#include <fmt/format.h>

#include "report/compress_plot.hpp"
#include "report/compress_tables.hpp"
#include "report/html_parts.hpp"
#include "report/sparsity_plot.hpp"
#include "report/tune_plot.hpp"

namespace nac::fw {
namespace {

std::string tune_section(const ReportData &data) {
  if (data.tuned.empty()) return {};
  return "<h2>Tuning</h2>\n" + tune_plot(data) +
         "<p class=\"soft\">Best validation result so far over the training recipes tried for each network, from fresh "
         "weights each time. Dots are single recipes, crosses failed; dashed is what the search had. Point at one to "
         "see "
         "it.</p>\n" +
         html_table(tune_rows(data), {0, 6});
}

struct Steps {
  std::size_t measured = 0, undone = 0, failed = 0, chains = 0;
};

Steps steps_of(const ReportData &data) {
  Steps s;
  for (const CompressNetwork &n : data.compressed)
    for (const CompressChain &c : n.chains) {
      ++s.chains;
      for (const CompressPoint &p : c.points) {
        s.measured += p.row.state == "measured";
        s.undone += p.row.state == "undone";
        s.failed += p.row.state == "failed";
      }
    }
  return s;
}

std::string compress_section(const ReportData &data) {
  if (data.compressed.empty()) return {};
  const Steps s = steps_of(data);
  std::string html =
      fmt::format("<h2>Compression</h2>\n<p>{} networks in {} chains: {} steps measured, {} undone, {} failed.</p>\n",
                  data.compressed.size(), s.chains, s.measured, s.undone, s.failed);
  if (const std::string plot = compress_plot(data); !plot.empty())
    html +=
        plot +
        "<p class=\"soft\">Every step on validation data, as the quantized integers compute it: bits by colour, more "
        "opaque with more weights pruned. Hollow points lie beyond the axis and are drawn at its edge.</p>\n";
  if (const std::string plot = sparsity_plot(data); !plot.empty())
    html +=
        plot +
        "<p class=\"soft\">The same steps against the share of weights that are zero. Crosses on the lower edge have "
        "no result.</p>\n";
  const TableRows rows = best_point_rows(data);
  if (rows.empty()) return html;
  return html + "<h3>Best of each width</h3>\n" + html_table(rows, {0, 8}) + "<p class=\"soft\">" +
         escape_html(best_point_note(data)) + "</p>\n";
}

std::string choice_section(const ReportData &data) {
  if (data.choice.empty()) return {};
  std::string html = "<h2>Chosen model</h2>\n";
  if (const std::string sentence = choice_sentence(data); !sentence.empty())
    html += "<p>" + escape_html(sentence) + "</p>\n";
  if (data.choice.step)
    html += html_table(choice_rows(data), {0}) +
            "<p class=\"soft\">Chosen and trained again: on validation data; test: once, after the choice.</p>\n";
  if (const TableRows picks = pick_rows(data); !picks.empty())
    html += "<h3>Picks along the front</h3>\n" + html_table(picks, {0, 1, 9});
  return html;
}

}  // namespace

std::string local_search_sections(const ReportData &data) {
  return tune_section(data) + compress_section(data) + choice_section(data);
}

}  // namespace nac::fw
