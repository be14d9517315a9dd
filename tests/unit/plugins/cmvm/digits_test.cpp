// SPDX-License-Identifier: Apache-2.0
#include "cmvm/digits.hpp"

#include <catch2/catch.hpp>

using namespace nac::cmvm;

TEST_CASE("Signed digits give the number, without neighbours", "[cmvm]") {
  const auto check = [](int64_t n) {
    const digits d = signed_digits(n);
    const uint64_t any = d.plus | d.minus;
    CHECK(static_cast<int64_t>(d.plus - d.minus) == n);
    CHECK((d.plus & d.minus) == 0);
    CHECK((any & any << 1) == 0);
    CHECK(std::popcount(any) == digit_count(n));
  };
  for (int64_t n = -3000; n <= 3000; ++n) check(n);
  for (const int64_t n : {int64_t{1} << 40, (int64_t{1} << 60) - 1, -(int64_t{1} << 60) + 1, int64_t{0x5555555555555}})
    check(n);
  CHECK(digit_count(255) == 2);
  CHECK(low_zeros(-24) == 3);
}
