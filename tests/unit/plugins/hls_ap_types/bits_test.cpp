// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <random>
#include <sstream>

#include "modes.hpp"

using namespace nac_ap::testing;

namespace {

/// Reading and writing of each range of bits against one bit at a time.
template <class Type>
int64_t differences(std::mt19937_64 &random) {
  int64_t wrong = 0;
  const int top = Type::width - 1;
  for (int i = 0; i < 300; ++i) {
    using word = nac_ap::uint128;
    const word bits = (word{random()} << 64) | random();
    const Type before = Type::of_bits(bits);
    const int a = static_cast<int>(random() % Type::width), b = static_cast<int>(random() % Type::width);
    const int low = a < b ? a : b, high = a < b ? b : a;
    word read = 0;
    for (int n = high; n >= low; --n) read = 2 * read + (before[n] ? 1 : 0);
    wrong += before.range(high, low).get() != read || before(high, low) != read ? 1 : 0;
    for (int n = 0; n <= top; ++n)
      wrong += before[n] != (((bits >> n) & 1) != 0) || before.test(n) != before[n] ? 1 : 0;
    Type written = before, bit_by_bit = before;
    const uint64_t value = random();
    written.range(high, low) = value;
    for (int n = low; n <= high; ++n) bit_by_bit[n] = n - low < 64 && ((value >> (n - low)) & 1) != 0;
    wrong += written != bit_by_bit ? 1 : 0;
    written.range(high, low) = before.range(high, low);
    wrong += written != before || Type::of_bits(before.range().get()) != before ? 1 : 0;
    bool odd = false;
    for (int n = 0; n <= top; ++n) odd = odd != before[n];
    wrong += before.xor_reduce() != odd || before.or_reduce() != (before != 0) ? 1 : 0;
    wrong += before.and_reduce() != (before == Type::of_bits(-1)) ? 1 : 0;
  }
  return wrong;
}

}  // namespace

TEST_CASE("bits and ranges of them are read and written") {
  std::mt19937_64 random(3);
  CHECK(differences<ap_fixed<8, 3>>(random) == 0);
  CHECK(differences<ap_ufixed<13, -2>>(random) == 0);
  CHECK(differences<ap_int<64>>(random) == 0);
  CHECK(differences<ap_uint<33>>(random) == 0);
  CHECK(differences<ap_uint<128>>(random) == 0);
  CHECK(differences<ap_fixed<100, 50>>(random) == 0);
  CHECK(differences<ap_uint<1>>(random) == 0);
}

TEST_CASE("raw bits move between types through range()") {
  const ap_fixed<8, 3> x = -1.25;
  const ap_uint<8> bits = x.range(7, 0);
  CHECK(bits == 0xd8);
  CHECK(x.range(7, 0) == bits);
  ap_fixed<16, 6> y = 0;
  y.range(7, 0) = bits;
  y.range(15, 8) = ap_int<3>(-1);
  CHECK(y.raw() == -40);
  y.range() = 0x7fff;
  CHECK(y == 0x7fff / 1024.0);
  const ap_int<3> high = x(7, 5);
  CHECK(high == -2);
  CHECK(x.range(3, 0) + 1 == 9);
  ap_uint<4> z = 0;
  z[3] = x[7];
  z[0] = 1;
  z[1] = z[0];
  CHECK(z == 11);
  const ap_uint<1> one = z[3];
  CHECK(one == 1);
  z.invert(0);
  z.clear(3);
  z.set(2);
  CHECK(z == 6);
  CHECK_THROWS_WITH(z.range(4, 0), Catch::Contains("bits 4 to 0 of a number of 4 bits"));
  CHECK_THROWS_WITH(z.range(0, 2), Catch::Contains("bits 0 to 2"));
  CHECK_THROWS_AS(z[-1], std::out_of_range);
}

TEST_CASE("bitwise operators on all values") {
  int64_t wrong = 0;
  each_value<ap_int<5>>([&](const ap_int<5> &a) {
    each_value<ap_uint<6>>([&](const ap_uint<6> &b) {
      const int x = a.to_int(), y = b.to_int();
      wrong += (a & b) != (x & y) || (a | b) != (x | y) || (a ^ b) != (x ^ y) || (a & 9) != (x & 9) ? 1 : 0;
    });
    each_value<ap_fixed<4, 3>>([&](const ap_fixed<4, 3> &b) {
      wrong += (a | b).raw() != (a.to_int() * 2 | static_cast<int>(b.raw())) ? 1 : 0;
    });
  });
  CHECK(wrong == 0);
}

TEST_CASE("numbers are written and read as text") {
  std::ostringstream out;
  out << ap_fixed<8, 3>(-1.25) << ' ' << ap_int<8>(65) << ' ' << ap_uint<64>(-1) << ' ' << std::hex << ap_uint<8>(200)
      << ' ' << ap_int<128>::of_bits(nac_ap::uint128{1} << 127);
  CHECK(out.str() == "-1.25 65 18446744073709551615 c8 -170141183460469231731687303715884105728");
  std::istringstream in("-1.3 77 x");
  ap_fixed<8, 3, AP_RND> f = 0;
  ap_int<8> i = 0;
  in >> f >> i;
  CHECK(f == -1.3125);
  CHECK(i == 77);
  in >> i;
  CHECK(in.fail());
  CHECK(i == 77);
}
