// SPDX-License-Identifier: Apache-2.0
#include "cmvm/digits.hpp"

namespace nac::cmvm {

digits signed_digits(int64_t n) {
  const auto m = static_cast<uint64_t>(n < 0 ? -n : n);
  // 3m and m differ in the places of 2m's digits: 1 in 3m alone is a plus, in m alone a minus.
  const uint64_t three = m + (m << 1);
  const digits d{(three & ~m) >> 1, (m & ~three) >> 1};
  return n < 0 ? digits{d.minus, d.plus} : d;
}

}  // namespace nac::cmvm
