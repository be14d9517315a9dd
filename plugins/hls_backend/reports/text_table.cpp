// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/reports/text_table.hpp"

#include <charconv>

namespace nac::hls {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.emplace_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<std::string> cells_of(std::string_view line) {
  line = trimmed(line);
  if (line.size() < 2 || line.front() != '|' || line.back() != '|') return {};
  line.remove_prefix(1);
  std::vector<std::string> cells;
  while (!line.empty()) {
    const std::size_t end = line.find('|');
    cells.emplace_back(trimmed(line.substr(0, end)));
    line.remove_prefix(end + 1);
  }
  return cells;
}

std::optional<double> number_in(std::string_view cell) {
  cell = trimmed(cell);
  std::string digits;
  std::size_t used = 0;
  for (; used < cell.size(); ++used) {
    const char c = cell[used];
    if (c == ',' && used > 0) continue;  // of thousands
    const bool exponent =
        (c == 'e' || c == 'E' || ((c == '+' || c == '-') && !digits.empty() && (digits.back() | 32) == 'e')) &&
        used > 0;
    if ((c < '0' || c > '9') && c != '.' && !(c == '-' && used == 0) && !exponent) break;
    digits += c;
  }
  // "12x" is no number; "12 ns" and "12 (3%)" are.
  if (used < cell.size() && cell[used] != ' ' && cell[used] != '%' && cell[used] != '(') return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<double> count_in(std::string_view cell) { return trimmed(cell) == "-" ? 0 : number_in(cell); }

}  // namespace nac::hls
