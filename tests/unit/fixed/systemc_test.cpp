// SPDX-License-Identifier: Apache-2.0
//
// The quantizer against the fixed-point types of IEEE 1666, which ap_fixed took its modes from.
#define SC_INCLUDE_FX
#include <systemc>

#include <catch2/catch.hpp>
#include <cmath>

#include "fixed/quantizer.hpp"

using namespace nac::fw;

int sc_main(int /*argc*/, char * /*argv*/[]) { return 0; }  // its library has a main() that calls one

namespace {

struct Mode {
  Rounding ours;
  sc_dt::sc_q_mode theirs;
};
constexpr Mode kModes[] = {
    {Rounding::trn, sc_dt::SC_TRN},           {Rounding::trn_zero, sc_dt::SC_TRN_ZERO},
    {Rounding::rnd, sc_dt::SC_RND},           {Rounding::rnd_zero, sc_dt::SC_RND_ZERO},
    {Rounding::rnd_inf, sc_dt::SC_RND_INF},   {Rounding::rnd_min_inf, sc_dt::SC_RND_MIN_INF},
    {Rounding::rnd_conv, sc_dt::SC_RND_CONV},
};
struct Limit {
  Overflow ours;
  bool narrow;
  sc_dt::sc_o_mode theirs;
};
constexpr Limit kLimits[] = {{Overflow::sat, false, sc_dt::SC_SAT},
                             {Overflow::sat, true, sc_dt::SC_SAT_SYM},
                             {Overflow::wrap, false, sc_dt::SC_WRAP}};

/// The integer that a SystemC type of `width` bits, `fraction` of them behind the point, makes of x.
template <class Type>
int64_t theirs(double x, int width, int fraction, const Mode &mode, const Limit &limit) {
  Type value(width, width - fraction, mode.theirs, limit.theirs);
  value = x;
  return static_cast<int64_t>(std::ldexp(value.to_double(), fraction));
}

}  // namespace

TEST_CASE("every mode, overflow, sign and small width as SystemC has it") {
  for (const Mode &mode : kModes)
    for (const Limit &limit : kLimits)
      for (const bool is_signed : {true, false})
        for (int width = is_signed ? 2 : 1; width <= 5; ++width)
          for (const int fraction : {-2, 0, 3}) {
            QuantType type;
            type.is_signed = is_signed;
            type.narrow = limit.narrow;
            type.width = width;
            type.rounding = mode.ours;
            type.overflow = limit.ours;
            int64_t wrong = 0;
            for (int n = -330; n <= 330; ++n) {
              const double x = std::ldexp(n, -3 - fraction);  // eight points per step, over all of 2^5 and beyond
              const int64_t expected = is_signed ? theirs<sc_dt::sc_fix>(x, width, fraction, mode, limit)
                                                 : theirs<sc_dt::sc_ufix>(x, width, fraction, mode, limit);
              wrong += quantize(x, fraction, type) != expected ? 1 : 0;
              wrong += requantize(n, 3 + fraction, fraction, type) != expected ? 1 : 0;
            }
            CAPTURE(static_cast<int>(mode.ours), static_cast<int>(limit.ours), limit.narrow, is_signed, width,
                    fraction);
            CHECK(wrong == 0);
          }
}
