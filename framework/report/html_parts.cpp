// SPDX-License-Identifier: Apache-2.0
#include "report/html_parts.hpp"

#include <fmt/format.h>

#include "report/number_text.hpp"

namespace nac::fw {

std::string escape_html(const std::string &text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default:
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
          safe += "\xEF\xBF\xBD";
        else
          safe += c;
    }
  return safe;
}

std::string cell(const std::string &text, const char *style) {
  return style == nullptr ? "<td>" + escape_html(text) + "</td>"
                          : fmt::format("<td class=\"{}\">{}</td>", style, escape_html(text));
}

std::string head(const std::string &text, bool left) {
  return fmt::format("<th{}>{}</th>", left ? " class=\"text\"" : "", escape_html(text));
}

std::string value_cell(const std::map<std::string, double> &values, const std::string &name,
                       const std::map<std::string, double> *sd) {
  return cell(value_text(values, sd, name, ""));
}

std::string html_table(const std::vector<std::vector<std::string>> &rows, const std::set<std::size_t> &left) {
  std::string html = "<div class=\"wide\"><table>\n";
  for (std::size_t r = 0; r < rows.size(); ++r) {
    html += "<tr>";
    for (std::size_t i = 0; i < rows[r].size(); ++i)
      html += r == 0 ? head(rows[r][i], left.count(i) != 0) : cell(rows[r][i], left.count(i) != 0 ? "text" : nullptr);
    html += "</tr>\n";
  }
  return html + "</table></div>\n";
}

}  // namespace nac::fw
