// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "modes.hpp"

using namespace nac_ap::testing;

namespace {

using Small = list<ap_fixed<6, 3>, ap_ufixed<6, 3>, ap_fixed<5, -1>, ap_ufixed<5, 7>, ap_fixed<4, 6>, ap_ufixed<3, -2>,
                   ap_int<5>, ap_uint<4>, ap_int<1>, ap_uint<1>>;

template <class T, int W, int I, bool S>
constexpr bool is = T::width == W &&T::iwidth == I &&T::sign_flag == S;
template <int W, int I>
constexpr ap_fixed<W, I> f = 0;
template <int W, int I>
constexpr ap_ufixed<W, I> u = 0;

}  // namespace

TEST_CASE("sums, differences, products and comparisons of all values, with any signs and points") {
  Small::each([](auto first) {
    Small::each([&](auto second) {
      using A = decltype(first);
      using B = decltype(second);
      int64_t wrong = 0;
      each_value<A>([&](const A &a) {
        each_value<B>([&](const B &b) {
          const double x = value(a), y = value(b);
          const auto sum = a + b;
          const auto difference = a - b;
          const auto product = a * b;
          wrong += value(sum) != x + y || !in_range(sum) ? 1 : 0;
          wrong += value(difference) != x - y || !in_range(difference) ? 1 : 0;
          wrong += value(product) != x * y || !in_range(product) ? 1 : 0;
          wrong += (a < b) != (x < y) || (a > b) != (x > y) || (a == b) != (x == y) ? 1 : 0;
          wrong += (a <= b) != (x <= y) || (a >= b) != (x >= y) || (a != b) != (x != y) ? 1 : 0;
          wrong += (a < y) != (x < y) || (x >= b) != (x >= y) || (a == static_cast<float>(y)) != (x == y) ? 1 : 0;
        });
      });
      CAPTURE(A::width, A::iwidth, A::sign_flag, B::width, B::iwidth, B::sign_flag);
      CHECK(wrong == 0);
    });
  });
}

TEST_CASE("results have the types that Vitis HLS documents") {
  static_assert(is<decltype(f<8, 3> * f<6, 4>), 14, 7, true>);
  static_assert(is<decltype(u<8, 3> * u<6, 4>), 14, 7, false>);
  static_assert(is<decltype(u<8, 3> * f<6, -2>), 14, 1, true>);
  static_assert(is<decltype(f<8, 3> + f<6, 4>), 10, 5, true>);
  static_assert(is<decltype(u<8, 3> + u<6, 4>), 10, 5, false>);
  static_assert(is<decltype(f<8, 3> + u<6, 3>), 10, 5, true>);
  static_assert(is<decltype(u<8, 4> - u<8, 4>), 9, 5, true>);
  static_assert(is<decltype(f<8, 4> - u<8, 2>), 11, 5, true>);
  static_assert(is<decltype(-f<8, 4>), 9, 5, true>);
  static_assert(is<decltype(-u<8, 4>), 9, 5, true>);
  static_assert(is<decltype(f<8, 4> << 3), 8, 4, true>);
  static_assert(is<decltype(f<8, 4> & u<6, 4>), 9, 5, true>);
  static_assert(is<decltype(f<8, 4> + 1), 37, 33, true>);
  static_assert(is<decltype(2u * u<8, 4>), 40, 36, false>);
  static_assert(is<decltype(f<8, 4> * true), 9, 5, true>);
  static_assert(is<decltype(ap_int<8>() + ap_uint<8>()), 10, 10, true>);
  static_assert(decltype(ap_int<8>() * ap_uint<8>())::is_integer);
  static_assert(!decltype(ap_int<8>() * f<8, 4>)::is_integer);
  static_assert(is<decltype(ap_int<8>() / ap_int<4>()), 9, 9, true>);
  static_assert(is<decltype(ap_uint<8>() / ap_uint<4>()), 8, 8, false>);
  static_assert(is<decltype(ap_int<8>() % ap_uint<4>()), 5, 5, true>);
  static_assert(sizeof(ap_fixed<8, 3>) == 1 && sizeof(ap_ufixed<17, 3>) == 4 && sizeof(ap_int<65>) == 16);
  CHECK(decltype(f<8, 3> * f<6, 4>)::qmode == AP_TRN);
  CHECK(decltype(f<8, 3> * f<6, 4>)::omode == AP_WRAP);
}

TEST_CASE("C++ integers on either side") {
  const ap_fixed<8, 4> a = -2.75;
  CHECK(a + 1 == -1.75);
  CHECK(1 - a == 3.75);
  CHECK(3L * a == -8.25);
  CHECK(a * static_cast<unsigned char>(200) == -550);
  CHECK(a < 0);
  CHECK(0u > a);
  CHECK(a != -2);
  CHECK(ap_int<4>(-3) == -3LL);
  CHECK((a & 0xf) == 13);
  CHECK(ap_fixed<70, 68>(static_cast<nac_ap::int128>(1) << 66) == static_cast<nac_ap::int128>(1) << 66);
  CHECK(ap_ufixed<4, 4, AP_TRN, AP_SAT>(-5) == 0);
  CHECK(ap_ufixed<4, 4, AP_TRN, AP_SAT>(300ULL) == 15);
}

TEST_CASE("unary operators and shifts of all values") {
  Small::each([](auto type) {
    using A = decltype(type);
    int64_t wrong = 0;
    each_value<A>([&](const A &a) {
      wrong += value(-a) != -value(a) || !in_range(-a) || value(+a) != value(a) || (!a) != (value(a) == 0) ? 1 : 0;
      wrong += ~a != A::of_bits(-1 - static_cast<int>(a.raw())) ? 1 : 0;
      for (int n = 0; n < 8; ++n) {
        const A up = A::of_bits(static_cast<int>(a.raw()) * (1 << n));
        const A down = A::of_bits(static_cast<int>(std::floor(static_cast<double>(a.raw()) / (1 << n))));
        wrong += (a << n) != up || (a >> -n) != up || (a << ap_uint<4>(n)) != up || (a << static_cast<char>(n)) != up;
        wrong += (a >> n) != down || (a << -n) != down || (a >> ap_int<5>(n)) != down || (a >> 1ULL * n) != down;
      }
      wrong += (a << 200) != 0 || (a >> 200L) != (value(a) < 0 ? A::of_bits(-1) : A(0)) ? 1 : 0;
      wrong += (a << (1LL << 40)) != 0 || (a >> -(1LL << 40)) != 0 ? 1 : 0;
    });
    CAPTURE(A::width, A::iwidth, A::sign_flag);
    CHECK(wrong == 0);
  });
}

TEST_CASE("values leave as C++ numbers: integers toward zero") {
  Small::each([](auto type) {
    using A = decltype(type);
    int64_t wrong = 0;
    each_value<A>([&](const A &a) {
      const double x = value(a);
      wrong += a.to_double() != x || a.to_float() != static_cast<float>(x) || static_cast<long double>(a) != x ? 1 : 0;
      wrong += a.to_int() != static_cast<int>(x) || a.to_int64() != static_cast<int64_t>(x) ? 1 : 0;
      wrong += static_cast<short>(a) != static_cast<short>(x) || static_cast<bool>(a) != (x != 0) ? 1 : 0;
      wrong += a.to_uint64() != static_cast<uint64_t>(static_cast<int64_t>(x)) ? 1 : 0;
      wrong += ap_int<20>(a) != static_cast<int>(x) || ap_int<20>(x) != static_cast<int>(x) ? 1 : 0;
    });
    CAPTURE(A::width, A::iwidth, A::sign_flag);
    CHECK(wrong == 0);
  });
  const ap_fixed<62, 2> fine = ap_fixed<62, 2>::of_bits((int64_t{1} << 60) + (int64_t{1} << 36) + 1);
  CHECK(fine.to_float() == 1 + 0x1p-23F);  // rounded once: by way of double it would be a tie
  CHECK(fine.to_double() == 1 + 0x1p-24);
  CHECK(static_cast<int>(ap_fixed<8, 40>(0x1p38).to_int64() >> 36) == 4);
}
