// SPDX-License-Identifier: Apache-2.0
#include "axes.hpp"

#include <algorithm>
#include <limits>

#include "portable_math.hpp"
#include "search_common/pareto.hpp"

namespace nac::searching {
namespace {
constexpr double kDecade = 10;
}

axes::axes(const std::vector<double> &rows, std::size_t m, const std::vector<char> &exact) : axes_(m) {
  const std::vector<uint32_t> ranks = nondominated_ranks(rows, m);
  for (std::size_t k = 0; k < m; ++k) {
    axis &a = axes_[k];
    a.compressed = !exact[k];
    double least = rows[k], most = rows[k], low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      const double v = rows[i * m + k];
      least = std::min(least, v);
      most = std::max(most, v);
      if (ranks[i] != 0) continue;
      low = std::min(low, v);
      high = std::max(high, v);
    }
    a.logarithmic = exact[k] && least > 0 && most > kDecade * least;
    if (!(high > low)) high = most;  // a single best point: the scale is that of all results
    if (!(high > low)) high = low + 1;
    a.low = a.logarithmic ? portable_log(low) : low;
    a.span = (a.logarithmic ? portable_log(high) : high) - a.low;
  }
}

double axes::to_axis(std::size_t k, double value) const {
  const axis &a = axes_[k];
  if (a.logarithmic) value = portable_log(std::max(value, std::numeric_limits<double>::min()));
  const double at = (value - a.low) / a.span;
  if (!a.compressed) return at;
  if (a.offset > 0) return portable_log(at / a.offset + 1) / portable_log(1 / a.offset + 1);  // nothing is below 0
  return at > 1 ? 1 + portable_log(at) : at;
}

double axes::log_slope(std::size_t k, double value) const {
  const axis &a = axes_[k];
  const double at = (value - a.low) / a.span;
  if (a.offset > 0) return -portable_log(at + a.offset) - portable_log(portable_log(1 / a.offset + 1));
  return at > 1 ? -portable_log(at) : 0;
}

}  // namespace nac::searching
