// SPDX-License-Identifier: Apache-2.0
//
// Numbers of more than 32 and of more than 64 bits.
#include <catch2/catch.hpp>
#include <random>

#include "modes.hpp"
#include "systemc.hpp"

using namespace nac_ap::testing;
using nac_ap::int128;
using nac_ap::uint128;

namespace {

/// Full range, small, or just below, at and above a boundary: of any size below 128 bits.
uint128 some_bits(std::mt19937_64 &random) {
  const uint128 all = (uint128{random()} << 64) | random();
  const int n = static_cast<int>(random() % 127);
  switch (random() % 4) {
    case 0: return all;
    case 1: return all >> n;
    case 2: return ~(all >> n);
    default: return (uint128{1} << n) + static_cast<uint128>(random() % 3) - 1;
  }
}

template <class Source, int W, int I, bool S>
int64_t differences(std::mt19937_64 &random) {
  int64_t wrong = 0;
  each_mode<W, I, S>([&](auto d) {
    using Type = decltype(d);
    systemc reference(format_of<Type>());
    for (int i = 0; i < 60; ++i) {
      const Source x = Source::of_bits(some_bits(random));
      wrong += Type(x).raw() == static_cast<typename Type::raw_type>(reference(x.raw(), Source::fraction)) ? 0 : 1;
    }
  });
  return wrong;
}

}  // namespace

TEST_CASE("wide numbers are assigned as SystemC has it") {
  std::mt19937_64 random(6);
  CHECK((differences<ap_fixed<33, 16>, 31, 20, true>(random) == 0));
  CHECK((differences<ap_ufixed<32, 2>, 32, 1, true>(random) == 0));
  CHECK((differences<ap_fixed<64, 30>, 64, 31, true>(random) == 0));
  CHECK((differences<ap_ufixed<64, 64>, 63, 60, true>(random) == 0));
  CHECK((differences<ap_fixed<64, 10>, 64, 10, false>(random) == 0));
  CHECK((differences<ap_fixed<63, -10>, 80, 10, true>(random) == 0));
  CHECK((differences<ap_fixed<124, 62>, 40, 30, true>(random) == 0));
  CHECK((differences<ap_fixed<124, 62>, 62, 31, false>(random) == 0));
  CHECK((differences<ap_ufixed<127, 20>, 127, 25, true>(random) == 0));
  CHECK((differences<ap_fixed<128, 64>, 127, 30, true>(random) == 0));
  CHECK((differences<ap_fixed<128, 64>, 8, 4, true>(random) == 0));
  CHECK((differences<ap_fixed<20, 10>, 120, 100, true>(random) == 0));
  CHECK((differences<ap_fixed<90, -20>, 30, 90, true>(random) == 0));
}

TEST_CASE("products and sums of wide numbers") {
  std::mt19937_64 random(7);
  int64_t wrong = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto a = ap_fixed<62, 31>::of_bits(some_bits(random));
    const auto b = ap_fixed<62, 20>::of_bits(some_bits(random));
    const auto u = ap_ufixed<64, 40>::of_bits(some_bits(random));
    const auto s = ap_fixed<33, 33>::of_bits(some_bits(random));
    wrong += (a * b).raw() != int128{a.raw()} * b.raw() ? 1 : 0;
    wrong += (u * u).raw() != uint128{u.raw()} * u.raw() ? 1 : 0;
    wrong += (u * a).raw() != static_cast<int128>(u.raw()) * a.raw() ? 1 : 0;
    wrong += (a + b).raw() != (int128{a.raw()} << 11) + b.raw() ? 1 : 0;
    wrong += (a - u).raw() != int128{a.raw()} - (static_cast<int128>(u.raw()) << 7) ? 1 : 0;
    wrong += (s + s).raw() != 2 * static_cast<int64_t>(s.raw()) ? 1 : 0;
    wrong += (-s).raw() != -static_cast<int64_t>(s.raw()) ? 1 : 0;
    const auto sum = a * b + s;
    wrong += sum.raw() != int128{a.raw()} * b.raw() + (static_cast<int128>(s.raw()) << 73) ? 1 : 0;
  }
  CHECK(wrong == 0);
  static_assert(decltype(ap_fixed<62, 31>() * ap_fixed<62, 20>())::width == 124);
  static_assert(decltype(ap_fixed<62, 31>() + ap_fixed<62, 20>())::width == 74);
}

TEST_CASE("comparisons across grids that no word holds") {
  std::mt19937_64 random(8);
  int64_t wrong = 0, equals = 0;
  const auto compare = [&](const auto &a, const auto &b) {
    const int order = systemc_order(a.raw(), a.fraction, b.raw(), b.fraction);
    wrong += (a < b) != (order < 0) || (a > b) != (order > 0) || (a == b) != (order == 0) ? 1 : 0;
    wrong += (a <= b) != (order <= 0) || (a >= b) != (order >= 0) || (a != b) != (order != 0) ? 1 : 0;
    equals += order == 0 ? 1 : 0;
  };
  for (int i = 0; i < 2000; ++i) {
    const uint128 x = some_bits(random), y = some_bits(random);
    const auto a = ap_fixed<110, 20>::of_bits(x);
    const auto b = ap_fixed<110, 80>::of_bits(y);
    const auto c = ap_ufixed<100, 90>::of_bits(y);
    const auto near = ap_fixed<110, 80>(a);  // often one step below
    compare(a, b);
    compare(b, a);
    compare(a, c);
    compare(c, a);
    compare(a, near);
    compare(near, a);
    compare(ap_fixed<110, 20>(near), near);
    compare(ap_ufixed<80, 60>::of_bits(x), ap_ufixed<80, 10>::of_bits(y));
    compare(ap_fixed<60, 30>::of_bits(x), ap_ufixed<64, 30>::of_bits(x));
  }
  CHECK(wrong == 0);
  CHECK(equals > 1000);
}
