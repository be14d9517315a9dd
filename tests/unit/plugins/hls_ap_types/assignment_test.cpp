// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cfloat>
#include <limits>
#include <random>
#include <vector>

#include "modes.hpp"
#include "systemc.hpp"

using namespace nac_ap::testing;

namespace {

/// Every value of Source into a number of each mode, as it is and as a double, is what SystemC makes of it.
template <class Source, int W, int I, bool S>
int64_t differences() {
  int64_t wrong = 0;
  each_mode<W, I, S>([&](auto d) {
    using Type = decltype(d);
    systemc reference(format_of<Type>());
    each_value<Source>([&](const Source &x) {
      const auto expected = reference(value(x));
      wrong += Type(x).raw() != expected ? 1 : 0;
      wrong += Type(value(x)).raw() != expected ? 1 : 0;
    });
  });
  return wrong;
}

/// From sources with either sign, with a point left of, within and right of their bits.
template <int W, int I, bool S>
void check() {
  CAPTURE(W, I, S);
  CHECK((differences<ap_fixed<10, 4>, W, I, S>() == 0));
  CHECK((differences<ap_ufixed<10, 3>, W, I, S>() == 0));
  CHECK((differences<ap_fixed<11, -1>, W, I, S>() == 0));
  CHECK((differences<ap_ufixed<9, 11>, W, I, S>() == 0));
  CHECK((differences<ap_fixed<12, 7>, W, I, S>() == 0));
}

}  // namespace

TEST_CASE("all modes, from every value of a type and from double, as SystemC has them") {
  check<6, 3, true>();
  check<6, 3, false>();
  check<4, -1, true>();
  check<4, 7, true>();
  check<5, 8, false>();
  check<7, -3, false>();
  check<1, 1, true>();
  check<1, 0, false>();
  check<9, 5, true>();
  check<8, 4, false>();
}

TEST_CASE("doubles of every magnitude, and ties, as SystemC has them") {
  std::mt19937_64 random(5);
  std::vector<double> values{0.0,       -0.0,
                             DBL_MIN,   -DBL_MIN,
                             5e-324,    -5e-324,
                             1e-300,    -1e-300,
                             1e300,     -1e300,
                             DBL_MAX,   -DBL_MAX,
                             0x1p61,    -0x1p61,
                             0x1p62,    -0x1p62,
                             0x1.8p62,  0x1p63,
                             -0x1p63,   0x1p64,
                             0x1p127,   -0x1p127,
                             0x1.7p128, 0x1p181,
                             -0.5,      0x1.fffffffffffffp-2};
  for (int i = 0; i < 300; ++i) {
    const auto digits = static_cast<double>(static_cast<int64_t>(random())) * 0x1p-63;
    values.push_back(std::ldexp(digits, static_cast<int>(random() % 160) - 80));
    values.push_back(std::ldexp(static_cast<double>(static_cast<int64_t>(random() % 1024) - 512), -5));
  }
  int64_t wrong = 0;
  const auto compare = [&](auto d) {
    using Type = decltype(d);
    systemc reference(format_of<Type>());
    for (const double x : values) {
      const bool same = Type(x).raw() == static_cast<typename Type::raw_type>(reference(x));
      if (!same) UNSCOPED_INFO(x << " to " << Type::width << ',' << Type::iwidth << ',' << Type::qmode << Type::omode);
      wrong += same ? 0 : 1;
    }
  };
  each_mode<8, 3, true>(compare);
  each_mode<13, 13, false>(compare);
  each_mode<6, 40, true>(compare);
  each_mode<64, 60, true>(compare);
  each_mode<64, 20, false>(compare);
  each_mode<100, 40, true>(compare);
  CHECK(wrong == 0);
}

TEST_CASE("infinities saturate; what has no value is refused") {
  const double inf = std::numeric_limits<double>::infinity();
  CHECK(ap_fixed<8, 4, AP_TRN, AP_SAT>(inf) == 7.9375);
  CHECK(ap_fixed<8, 4, AP_TRN, AP_SAT>(-inf) == -8);
  CHECK(ap_fixed<8, 4, AP_RND, AP_SAT_SYM>(-inf) == -7.9375);
  CHECK(ap_ufixed<8, 4, AP_RND, AP_SAT>(-inf) == 0);
  CHECK(ap_fixed<8, 4, AP_RND, AP_SAT_ZERO>(inf) == 0);
  CHECK_THROWS_WITH((ap_fixed<8, 4>(inf)), Catch::Contains("infinite"));
  CHECK_THROWS_WITH((ap_fixed<8, 4, AP_TRN, AP_SAT>(std::nan(""))), Catch::Contains("NaN"));
}

TEST_CASE("constants are made when the firmware is compiled") {
  static constexpr ap_fixed<8, 3, AP_RND, AP_SAT> table[] = {0.1, -100.0F, 3, ap_fixed<20, 4>(1.0 / 3)};
  static_assert(table[0].raw() == 3 && table[1].raw() == -128 && table[2].raw() == 96 && table[3].raw() == 11);
  static_assert(ap_fixed<4, 2>(1.75) * ap_fixed<4, 2>(-2) == -3.5);
  CHECK(table[1] == -4);
}
