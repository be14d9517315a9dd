// SPDX-License-Identifier: Apache-2.0
//
// fixed_type.hpp: ap_fixed types and integers on their grids (docs/quantized-graphs.md of the project).
#pragma once
#include <cstdint>
#include <string>

namespace nac::hls {

enum class rounding { trn, trn_zero, rnd, rnd_zero, rnd_inf, rnd_min_inf, rnd_conv };
enum class overflow { wrap, sat, sat_sym };

/// ap_fixed<width, integer, Q, O>, or ap_ufixed: value = n * 2^-fraction(). `integer` counts the sign bit and may be
/// negative or above `width`.
struct fixed_type {
  int width = 1, integer = 1;
  bool is_signed = true;
  rounding q = rounding::trn;
  overflow o = overflow::wrap;

  int fraction() const { return width - integer; }
  /// Range of n.
  int64_t lowest() const;
  int64_t highest() const;
  /// "ap_fixed<8,3,AP_RND_CONV,AP_SAT>"; AP_TRN and AP_WRAP, the defaults, are left out when both hold.
  std::string text() const;
  bool operator==(const fixed_type &) const = default;
};

/// Of n, both inclusive.
struct bounds {
  int64_t low = 0, high = 0;
  bool operator==(const bounds &) const = default;
};

/// The narrowest type whose grid has `fraction` bits and that holds both bounds. It truncates and wraps, and never has
/// to. Throws failure (NAC_UNSUPPORTED) above 62 bits.
fixed_type exact_type(bounds range, int fraction);

/// n * 2^-fraction assigned to a value of `type`: rounded first, then wrapped or saturated.
int64_t assign(int64_t n, int fraction, const fixed_type &type);
/// A real assigned to a value of `type`.
int64_t assign(double value, const fixed_type &type);

}  // namespace nac::hls
