// SPDX-License-Identifier: Apache-2.0
//
// fixed_point.hpp: the integers a quantizer rounds to, and which power of two suits given values.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace nac::compressing {

enum class rounding { half_even, half_up, down };
enum class overflow { saturate, wrap };

/// value = n * 2^-f with n in [lowest, highest].
struct format {
  int width = 8;  ///< bits
  bool is_signed = true;
  bool narrow = false;  ///< lowest = -highest
  rounding round = rounding::half_even;
  overflow over = overflow::saturate;

  double highest() const;
  double lowest() const;
  /// The value nearest to x, as the format rounds, for the fraction f.
  double quantized(double x, int f) const;
};

/// The largest f for which `largest` * 2^f does not exceed the format's highest number; within +-100.
int finest_fraction(double largest, const format &to);

/// Of the finest f that clips nothing and the next finer one, the one of smaller squared error. 0 for zeros only.
int fitted_fraction(const std::vector<float> &values, const format &to);

/// The same for activations, where the finest f may clip what lies beyond the percentile of |x| (nearest rank): of a
/// wrapping format none is clipped. Throws NAC_FAILED_PRECONDITION for values that are not finite.
int calibrated_fraction(const std::vector<float> &values, const format &to, double percentile);

/// Nearest-rank percentile of |x|; the largest |x| where that is 0.
double percentile_of_magnitude(const std::vector<float> &values, double percentile);

}  // namespace nac::compressing
