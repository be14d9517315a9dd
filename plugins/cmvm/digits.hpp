// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstdint>

namespace nac::cmvm {

/// Signed digits of a number: sum over the bits of `plus` minus sum over the bits of `minus`.
struct digits {
  uint64_t plus = 0, minus = 0;
};

/// Canonical form: no two neighbouring digits, hence as few as possible. |n| < 2^61.
digits signed_digits(int64_t n);
/// How many that are.
inline int digit_count(int64_t n) {
  const auto m = static_cast<uint64_t>(n < 0 ? -n : n);
  return std::popcount((m + (m << 1)) ^ m);
}
/// Low bits that are 0; 64 for n = 0.
inline int low_zeros(int64_t n) { return std::countr_zero(static_cast<uint64_t>(n)); }

}  // namespace nac::cmvm
