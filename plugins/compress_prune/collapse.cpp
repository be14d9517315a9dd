// SPDX-License-Identifier: Apache-2.0
#include "compress_prune/collapse.hpp"

#include <algorithm>
#include <cmath>

namespace nac::compressing {

output_health health_of(const observed_values &outputs) {
  constexpr double kLeastSpread = 1e-6;
  const auto rows = static_cast<std::size_t>(outputs.shape.empty() ? 0 : outputs.shape[0]);
  output_health health;
  if (rows < 2) return health;  // nothing can be said
  const std::size_t columns = outputs.data.size() / rows;
  bool spread = false;
  for (std::size_t c = 0; c < columns; ++c) {
    double mean = 0, squares = 0;
    for (std::size_t r = 0; r < rows; ++r) mean += static_cast<double>(outputs.data[r * columns + c]);
    mean /= static_cast<double>(rows);
    for (std::size_t r = 0; r < rows; ++r) {
      const double d = static_cast<double>(outputs.data[r * columns + c]) - mean;
      squares += d * d;
    }
    if (!std::isfinite(squares)) return {true, false};
    spread = spread || std::sqrt(squares / static_cast<double>(rows)) >= kLeastSpread;
  }
  health.constant = !spread;
  const auto largest = [&](std::size_t r) {
    const auto first = outputs.data.begin() + static_cast<std::ptrdiff_t>(r * columns);
    return std::max_element(first, first + static_cast<std::ptrdiff_t>(columns)) - first;
  };
  health.one_class = columns > 1;
  for (std::size_t r = 1; r < rows && health.one_class; ++r) health.one_class = largest(r) == largest(0);
  return health;
}

}  // namespace nac::compressing
