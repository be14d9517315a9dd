// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/model/fixed_type.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

constexpr int kWidest = 62;

const char *text_of(rounding q) {
  switch (q) {
    case rounding::trn: return "AP_TRN";
    case rounding::trn_zero: return "AP_TRN_ZERO";
    case rounding::rnd: return "AP_RND";
    case rounding::rnd_zero: return "AP_RND_ZERO";
    case rounding::rnd_inf: return "AP_RND_INF";
    case rounding::rnd_min_inf: return "AP_RND_MIN_INF";
    case rounding::rnd_conv: return "AP_RND_CONV";
  }
  return "";
}

const char *text_of(overflow o) {
  return o == overflow::wrap ? "AP_WRAP" : o == overflow::sat ? "AP_SAT" : "AP_SAT_SYM";
}

/// Whether what was cut off, compared with half a step (-1, 0, 1: below, equal, above; `any`: it is not zero), raises
/// the truncated integer by one.
bool rounds_up(rounding q, int64_t truncated, bool any, int half, bool negative) {
  switch (q) {
    case rounding::trn: return false;
    case rounding::trn_zero: return negative && any;
    case rounding::rnd: return half >= 0;
    case rounding::rnd_zero: return half > 0 || (half == 0 && negative);
    case rounding::rnd_inf: return half > 0 || (half == 0 && !negative);
    case rounding::rnd_min_inf: return half > 0;
    case rounding::rnd_conv: return half > 0 || (half == 0 && (truncated & 1) != 0);
  }
  return false;
}

int64_t overflowed(int64_t n, const fixed_type &type) {
  const int64_t low = type.lowest(), high = type.highest();
  if (type.o == overflow::wrap) {
    const int unused = 64 - type.width;
    const auto bits = static_cast<uint64_t>(n) << unused;
    return type.is_signed ? static_cast<int64_t>(bits) >> unused : static_cast<int64_t>(bits >> unused);
  }
  return std::clamp(n, type.o == overflow::sat_sym && type.is_signed ? -high : low, high);
}

}  // namespace

int64_t fixed_type::lowest() const { return is_signed ? -(int64_t{1} << (width - 1)) : 0; }
int64_t fixed_type::highest() const { return (int64_t{1} << (is_signed ? width - 1 : width)) - 1; }

std::string fixed_type::text() const {
  std::string result =
      std::string(is_signed ? "ap_fixed<" : "ap_ufixed<") + std::to_string(width) + "," + std::to_string(integer);
  if (q != rounding::trn || o != overflow::wrap) result += std::string(",") + text_of(q) + "," + text_of(o);
  return result + ">";
}

fixed_type exact_type(bounds range, int fraction) {
  fixed_type type;
  type.is_signed = range.low < 0;
  const auto bits = [](int64_t n) { return static_cast<int>(std::bit_width(static_cast<uint64_t>(n < 0 ? ~n : n))); };
  type.width = std::max({1, bits(range.low) + (type.is_signed ? 1 : 0), bits(range.high) + (type.is_signed ? 1 : 0)});
  if (type.width > kWidest)
    throw failure(NAC_UNSUPPORTED, "integers from " + std::to_string(range.low) + " to " + std::to_string(range.high) +
                                       " need more than " + std::to_string(kWidest) + " bits");
  type.integer = type.width - fraction;
  return type;
}

int64_t assign(int64_t n, int fraction, const fixed_type &type) {
  const int cut = fraction - type.fraction();
  if (cut <= 0) {
    const int left = std::min(-cut, 63);
    // Bits beyond 64 are lost in either mode only where wrapping loses them as well; saturation looks first.
    if (type.o != overflow::wrap && n != 0 &&
        left + static_cast<int>(std::bit_width(static_cast<uint64_t>(n < 0 ? ~n : n))) > 62)
      return overflowed(n < 0 ? INT64_MIN : INT64_MAX, type);
    return overflowed(static_cast<int64_t>(static_cast<uint64_t>(n) << left), type);
  }
  if (cut > 62) {  // far below half a step
    const bool negative = n < 0;
    const int64_t truncated = negative ? -1 : 0;
    return overflowed(truncated + (rounds_up(type.q, truncated, n != 0, negative ? 1 : -1, negative) ? 1 : 0), type);
  }
  const int64_t truncated = n >> cut, rest = n - (truncated << cut), middle = int64_t{1} << (cut - 1);
  const int half = rest < middle ? -1 : rest > middle ? 1 : 0;
  return overflowed(truncated + (rounds_up(type.q, truncated, rest != 0, half, n < 0) ? 1 : 0), type);
}

int64_t assign(double value, const fixed_type &type) {
  const double scaled = std::ldexp(value, type.fraction());
  constexpr double kLarge = 0x1p62;
  if (std::fabs(scaled) >= kLarge) {
    if (type.o != overflow::wrap) return overflowed(scaled < 0 ? INT64_MIN : INT64_MAX, type);
    const double period = std::ldexp(1.0, type.width);
    return overflowed(static_cast<int64_t>(std::fmod(scaled, period)), type);
  }
  // Compared with the middle, which is exact wherever there is a fraction; scaled - floor is not, just above -1/2.
  const double floor = std::floor(scaled), middle = floor + 0.5;
  const auto truncated = static_cast<int64_t>(floor);
  const int half = scaled < middle ? -1 : scaled > middle ? 1 : 0;
  return overflowed(truncated + (rounds_up(type.q, truncated, scaled != floor, half, value < 0) ? 1 : 0), type);
}

}  // namespace nac::hls
