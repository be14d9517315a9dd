// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "modes.hpp"

using namespace nac_ap::testing;

namespace {

/// Compound assignment is the operation and then the assignment.
template <class A, class B>
int64_t differences() {
  int64_t wrong = 0;
  each_value<A>([&](const A &a) {
    each_value<B>([&](const B &b) {
      A x = a, expected = a + b;
      wrong += (x += b) != expected ? 1 : 0;
      x = a, expected = a - b;
      wrong += (x -= b) != expected ? 1 : 0;
      x = a, expected = a * b;
      wrong += (x *= b) != expected ? 1 : 0;
      x = a, expected = a ^ b;
      wrong += (x ^= b) != expected ? 1 : 0;
    });
    const A up = a + 1, down = a - 1;
    A x = a;
    wrong += ++x != up || --(x = a) != down || (x = a)++ != a ? 1 : 0;
    wrong += (x = a, x++, x) != up || (x = a, x--, x) != down || (x += 1) != A(down + 1) ? 1 : 0;
    wrong += (x = a, x <<= 2) != a << 2 || (x = a, x >>= 1) != a >> 1 ? 1 : 0;
  });
  return wrong;
}

template <int W, int I, bool S>
void check() {
  each_mode<W, I, S>([](auto type) {
    using A = decltype(type);
    CAPTURE(A::width, A::iwidth, A::sign_flag, A::qmode, A::omode);
    CHECK((differences<A, ap_fixed<5, 2>>() == 0));
    CHECK((differences<A, ap_ufixed<5, 4>>() == 0));
  });
}

}  // namespace

TEST_CASE("compound assignment in every mode") {
  check<5, 3, true>();
  check<5, 1, false>();
  check<4, 5, true>();
}

TEST_CASE("compound assignment of integers") {
  CHECK((differences<ap_int<5>, ap_uint<6>>() == 0));
  CHECK((differences<ap_uint<5>, ap_fixed<5, 3>>() == 0));
  ap_uint<128> x = 0;
  --x;
  CHECK(x.and_reduce());
  CHECK(++x == 0);
  ap_fixed<124, 62> sum = 0;
  for (int i = 0; i < 5; ++i) sum += ap_fixed<62, 31>(-1.5) * ap_fixed<62, 31>(2.25);
  CHECK(sum == -16.875);
}
