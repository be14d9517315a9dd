// SPDX-License-Identifier: Apache-2.0
#include "report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace nac::fw {
namespace {

std::size_t width_of(const std::string &text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

}  // namespace

std::string layout(const std::vector<std::vector<std::string>> &rows, std::size_t width) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto &row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  std::string text;
  for (const auto &row : rows) {
    std::string line;
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      line += std::string(widths[i] - width_of(row[i]), ' ') + row[i] + "  ";
    const std::size_t used = width_of(line);
    std::string last = row.back();
    if (width > 0 && used + width_of(last) > width) {
      const std::size_t room = width > used + 3 ? width - used - 3 : 0;
      std::size_t end = 0;
      for (std::size_t seen = 0; end < last.size(); ++end)
        if ((static_cast<unsigned char>(last[end]) & 0xC0u) != 0x80u && seen++ == room) break;
      last = last.substr(0, end) + "...";
    }
    line += last;
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string title_of(const Quantity &q) { return q.unit.empty() ? q.name : fmt::format("{} [{}]", q.name, q.unit); }

}  // namespace nac::fw
