// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <limits>

#include "fixed/quantizer.hpp"

namespace nac::fw {

/// What rounding x to n * scale, lowest <= n <= highest, needs, in the type T it is computed in.
template <class T>
struct RoundingRange {
  RoundingRange(const QuantType &type, int fraction)
      : scale(std::ldexp(T(1), -fraction)),
        inverse(std::ldexp(T(1), fraction)),
        lowest(static_cast<T>(type.lowest())),
        highest(static_cast<T>(type.highest())) {}
  T scale, inverse, lowest, highest;
};

/// Whether every integer of the type, and the next one on both sides, can be rounded to by adding a large number in T.
template <class T>
bool rounds_in(const QuantType &type) {
  constexpr int bits = std::numeric_limits<T>::digits;  // 24 or 53
  return type.overflow == Overflow::sat && type.width <= bits - 3;
}

/// x rounded to an integer in steps of range.scale and clamped; 0 is never -0. The same as quantize() of the fixed
/// room where rounds_in() holds, but without branches, so that loops over it become vector instructions. x is a normal
/// number, 0, infinite or NaN, which stays.
template <Rounding mode, class T>
inline T rounded(T x, const RoundingRange<T> &range) {
  constexpr T magic = T(3) * (T(1) / std::numeric_limits<T>::epsilon()) / 2;
  T u = x * range.inverse;
  const T below = range.lowest - 1, above = range.highest + 1;
  u = u < below ? below : u;
  u = u > above ? above : u;
  const T near = (u + magic) - magic;  // half to even
  const T rest = u - near, half = T(0.5);
  // Compared in units of x: where u underflows to 0, x still tells on which side of the integer it is.
  const T at = near * range.scale;
  const T floor = near - (at > x ? T(1) : T(0)), ceil = near + (at < x ? T(1) : T(0));
  T n = near;
  switch (mode) {
    case Rounding::rnd_conv: break;
    case Rounding::rnd: n = near + (rest == half ? T(1) : T(0)); break;
    case Rounding::rnd_min_inf: n = near - (rest == -half ? T(1) : T(0)); break;
    case Rounding::rnd_inf:
      n = u > 0 ? near + (rest == half ? T(1) : T(0)) : near - (rest == -half ? T(1) : T(0));
      break;
    case Rounding::rnd_zero:
      n = u > 0 ? near - (rest == -half ? T(1) : T(0)) : near + (rest == half ? T(1) : T(0));
      break;
    case Rounding::trn: n = floor; break;
    case Rounding::ceil: n = ceil; break;
    case Rounding::trn_zero: n = x > 0 ? floor : ceil; break;
    case Rounding::away: n = x > 0 ? ceil : floor; break;
  }
  n = n < range.lowest ? range.lowest : n;
  n = n > range.highest ? range.highest : n;
  return n + T(0);
}

/// Calls f.template operator()<mode>() with the mode as a template argument.
template <class F>
void with_mode(Rounding mode, F &&f) {
  switch (mode) {
    case Rounding::trn: return f.template operator()<Rounding::trn>();
    case Rounding::rnd: return f.template operator()<Rounding::rnd>();
    case Rounding::rnd_conv: return f.template operator()<Rounding::rnd_conv>();
    case Rounding::rnd_inf: return f.template operator()<Rounding::rnd_inf>();
    case Rounding::rnd_zero: return f.template operator()<Rounding::rnd_zero>();
    case Rounding::trn_zero: return f.template operator()<Rounding::trn_zero>();
    case Rounding::rnd_min_inf: return f.template operator()<Rounding::rnd_min_inf>();
    case Rounding::ceil: return f.template operator()<Rounding::ceil>();
    case Rounding::away: return f.template operator()<Rounding::away>();
  }
}

}  // namespace nac::fw
