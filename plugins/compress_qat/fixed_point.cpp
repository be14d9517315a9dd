// SPDX-License-Identifier: Apache-2.0
#include "compress_qat/fixed_point.hpp"

#include <algorithm>
#include <cmath>

#include "nac/cpp/error.hpp"

namespace nac::compressing {
namespace {

constexpr int kLargestFraction = 100;

double squared_error(const std::vector<float> &values, const format &to, int f) {
  double sum = 0;
  for (const float x : values) {
    const double d = static_cast<double>(x) - to.quantized(static_cast<double>(x), f);
    sum += d * d;
  }
  return sum;
}

int better_of_two(const std::vector<float> &values, const format &to, int f) {
  return squared_error(values, to, f + 1) < squared_error(values, to, f) ? f + 1 : f;
}

}  // namespace

double format::highest() const { return std::ldexp(1.0, is_signed ? width - 1 : width) - 1; }
double format::lowest() const {
  if (!is_signed) return 0;
  return narrow ? -highest() : -highest() - 1;
}

double format::quantized(double x, int f) const {
  const double scaled = x * std::ldexp(1.0, f);
  double n = round == rounding::half_even ? std::nearbyint(scaled)
             : round == rounding::half_up ? std::floor(scaled + 0.5)
                                          : std::floor(scaled);
  if (over == overflow::saturate) {
    n = std::clamp(n, lowest(), highest());
  } else if (n < lowest() || n > highest()) {
    const double period = std::ldexp(1.0, width), first = is_signed ? -period / 2 : 0;
    n -= period * std::floor((n - first) / period);
    n = std::max(n, lowest());  // narrow has no such number
  }
  return n * std::ldexp(1.0, -f);
}

int finest_fraction(double largest, const format &to) {
  if (!(largest > 0)) return 0;
  const double bound = std::clamp(std::floor(std::log2(to.highest() / largest)), -100.0, 100.0);
  int f = static_cast<int>(bound);
  while (f > -kLargestFraction && largest * std::ldexp(1.0, f) > to.highest()) --f;
  while (f < kLargestFraction && largest * std::ldexp(1.0, f + 1) <= to.highest()) ++f;
  return f;
}

int fitted_fraction(const std::vector<float> &values, const format &to) {
  double largest = 0;
  for (const float x : values) largest = std::max(largest, std::fabs(static_cast<double>(x)));
  return largest == 0 ? 0 : better_of_two(values, to, finest_fraction(largest, to));
}

double percentile_of_magnitude(const std::vector<float> &values, double percentile) {
  if (values.empty()) return 0;
  std::vector<float> sorted(values.size());
  std::transform(values.begin(), values.end(), sorted.begin(), [](float x) { return std::fabs(x); });
  // Less a little, for products that rounding put above a whole number.
  const double rank = std::ceil(percentile * static_cast<double>(sorted.size()) / 100 * (1 - 1e-12));
  const auto at = static_cast<std::ptrdiff_t>(std::clamp(rank, 1.0, static_cast<double>(sorted.size()))) - 1;
  std::nth_element(sorted.begin(), sorted.begin() + at, sorted.end());
  const float found = sorted[static_cast<std::size_t>(at)];
  return static_cast<double>(found > 0 ? found : *std::max_element(sorted.begin(), sorted.end()));
}

int calibrated_fraction(const std::vector<float> &values, const format &to, double percentile) {
  for (const float x : values)
    if (!std::isfinite(x)) fail(NAC_FAILED_PRECONDITION, "it takes values that are not finite");
  const double wanted = percentile_of_magnitude(values, to.over == overflow::wrap ? 100 : percentile);
  return wanted == 0 ? 0 : better_of_two(values, to, finest_fraction(wanted, to));
}

}  // namespace nac::compressing
