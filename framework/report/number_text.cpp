// SPDX-License-Identifier: Apache-2.0
#include "report/number_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace nac::fw {

std::string number_text(double value) {
  if (std::isnan(value)) return "not a number";
  const double size = std::fabs(value);
  if (size >= 1e15 || (size < 1e4 && value != std::floor(value))) return fmt::format("{:.5g}", value);
  const std::string digits = fmt::format("{:.0f}", size);
  std::string text = value < 0 ? "-" : "";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string value_text(const std::map<std::string, double> &values, const std::map<std::string, double> *sd,
                       const std::string &name, const std::string &absent) {
  const auto at = values.find(name);
  if (at == values.end()) return absent;
  if (sd != nullptr)
    if (const auto s = sd->find(name); s != sd->end())
      return fmt::format("{} \xC2\xB1 {:.2g}", number_text(at->second), s->second);
  return number_text(at->second);
}

std::string exact_text(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

double rounded(double value) {
  if (!std::isfinite(value) || value == 0) return value;
  return std::stod(fmt::format("{:.4e}", value));
}

}  // namespace nac::fw
