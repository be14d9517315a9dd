// SPDX-License-Identifier: Apache-2.0
#include <ap_int.h>

#include <catch2/catch.hpp>
#include <vector>

#include "modes.hpp"

using namespace nac_ap::testing;

TEST_CASE("integers divide as those of C++ do") {
  using Types = list<ap_int<5>, ap_uint<5>, ap_int<3>, ap_uint<2>, ap_int<1>, ap_uint<7>>;
  Types::each([](auto first) {
    Types::each([&](auto second) {
      using A = decltype(first);
      using B = decltype(second);
      int64_t wrong = 0;
      each_value<A>([&](const A &a) {
        each_value<B>([&](const B &b) {
          if (b == 0) return;
          const int x = a.to_int(), y = b.to_int();
          const auto quotient = a / b;
          const auto remainder = a % b;
          wrong += quotient.to_int() != x / y || !in_range(quotient) ? 1 : 0;
          wrong += remainder.to_int() != x % y || !in_range(remainder) ? 1 : 0;
          wrong += (a / 3) != x / 3 || (100 % b) != 100 % y ? 1 : 0;
        });
      });
      CAPTURE(A::width, A::sign_flag, B::width, B::sign_flag);
      CHECK(wrong == 0);
    });
  });
  CHECK_THROWS_WITH(ap_int<4>(3) / ap_int<4>(0), Catch::Contains("divided by zero"));
  CHECK_THROWS_WITH(ap_int<4>(3) % 0, Catch::Contains("zero"));
  const ap_int<64> lowest = INT64_MIN;
  CHECK((lowest / ap_int<2>(-1)).raw() == -static_cast<nac_ap::int128>(INT64_MIN));
  CHECK(lowest % ap_int<2>(-1) == 0);
}

TEST_CASE("an integer stands where C++ wants one") {
  const ap_uint<3> i = 5;
  const std::vector<int> v{0, 1, 2, 3, 4, 50};
  CHECK(v[i] == 50);
  int array[6] = {0, 1, 2, 3, 4, 7};
  CHECK(array[i] == 7);
  switch (i) {
    case 5: break;
    default: FAIL();
  }
  const int n = i;
  CHECK(n == 5);
  CHECK(i * 0.5 == 2.5);
  CHECK((i && true));
  int steps = 0;
  for (ap_uint<4> k = 0; k < 10; k++) ++steps;
  CHECK(steps == 10);
  CHECK(ap_int<4>(9) == -7);  // wraps
  CHECK(ap_int<4>(-1.75) == -1);
  CHECK(ap_uint<16>(1e5) == 100000 % 65536);
  static_assert(!std::is_convertible<ap_fixed<8, 3>, int>::value);
  static_assert(!std::is_convertible<ap_fixed<8, 3>, double>::value);
  static_assert(std::is_trivially_copyable<ap_int<9>>::value);
}
