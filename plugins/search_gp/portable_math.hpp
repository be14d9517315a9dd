// SPDX-License-Identifier: Apache-2.0
//
// portable_math.hpp: exp, log and the normal distribution from additions, multiplications and square roots alone. The C
// library picks its versions by processor, and they differ in the last bit; a search must ask the same everywhere.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>

namespace nac::searching {

/// exp(x) for x <= 700, relative error below 1e-15; exp(-700) below -700. Without branches, so that loops vectorize.
inline double portable_exp(double x) {
  constexpr double kShift = 0x1.8p52;  // adding it rounds to an integer, which the low bits then hold
  const double bounded = x > -700 ? x : -700;
  const double shifted = bounded * 1.4426950408889634 + kShift, k = shifted - kShift;
  const double r = (bounded - k * 0.6931471803691238) - k * 1.9082149292705877e-10;  // ln 2 in two parts
  double sum = 1.0 / 6227020800;                                                     // Taylor's series to r^13
  sum = sum * r + 1.0 / 479001600;
  sum = sum * r + 1.0 / 39916800;
  sum = sum * r + 1.0 / 3628800;
  sum = sum * r + 1.0 / 362880;
  sum = sum * r + 1.0 / 40320;
  sum = sum * r + 1.0 / 5040;
  sum = sum * r + 1.0 / 720;
  sum = sum * r + 1.0 / 120;
  sum = sum * r + 1.0 / 24;
  sum = sum * r + 1.0 / 6;
  sum = sum * r + 1.0 / 2;
  sum = sum * r + 1;
  sum = sum * r + 1;
  return sum * std::bit_cast<double>((std::bit_cast<uint64_t>(shifted) + 1023) << 52);
}

/// Natural logarithm of a positive normal number, absolute error below 1e-15 times the magnitude.
inline double portable_log(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // exact
  if (m < 0.7071067811865476) {
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1), square = s * s;
  double sum = 0;
  for (int n = 23; n > 0; n -= 2) sum = sum * square + 1.0 / n;
  return 2 * s * sum + exponent * 0.6931471805599453;
}

inline double normal_density(double z) { return 0.3989422804014327 * portable_exp(-0.5 * z * z); }

/// Distribution function of the standard normal for z <= 0 as a multiple of its density (Mills' ratio), by Laplace's
/// continued fraction far out and Taylor's series near 0.
inline double mills_ratio(double distance) {
  if (distance > 3) {
    double fraction = distance;
    for (int n = 40; n > 0; --n) fraction = distance + n / fraction;
    return 1 / fraction;
  }
  double term = distance, sum = distance;
  for (int n = 1; n < 60; ++n) sum += term *= distance * distance / (2 * n + 1);
  return 0.5 / normal_density(distance) - sum;
}

/// E[max(0, threshold - Y)] of a normal Y.
inline double expected_improvement(double mean, double sd, double threshold) {
  if (!(sd > 0)) return threshold > mean ? threshold - mean : 0;
  const double z = (threshold - mean) / sd, distance = std::abs(z);
  if (distance > 37) return z > 0 ? threshold - mean : 0;
  // For z < 0: density * (1 - |z| Mills); for z > 0 the same plus z.
  const double tail = normal_density(distance) * (1 - distance * mills_ratio(distance));
  return sd * ((tail > 0 ? tail : 0) + (z > 0 ? z : 0));
}

}  // namespace nac::searching
