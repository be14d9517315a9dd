// SPDX-License-Identifier: Apache-2.0
#include "report/number_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace nac::fw {

std::string number_text(double value) {
  if (std::isnan(value)) return "not a number";
  const double size = std::fabs(value);
  if (size >= 1e15 || (size < 1e4 && value != std::floor(value))) return fmt::format("{:.5g}", value);
  std::string digits = fmt::format("{:.0f}", size);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return (value < 0 ? "-" : "") + digits;
}

std::string exact_text(double value) { return std::isnan(value) ? "" : fmt::format("{}", value); }

}  // namespace nac::fw
