// SPDX-License-Identifier: Apache-2.0
#define SC_INCLUDE_FX
#include "systemc.hpp"

#include <cmath>
#include <systemc>

int sc_main(int /*argc*/, char * /*argv*/[]) { return 0; }  // its library has a main() that calls one

namespace nac_ap::testing {
namespace {

sc_dt::sc_q_mode mode_of(ap_q_mode q) {
  switch (q) {
    case AP_TRN: return sc_dt::SC_TRN;
    case AP_TRN_ZERO: return sc_dt::SC_TRN_ZERO;
    case AP_RND: return sc_dt::SC_RND;
    case AP_RND_ZERO: return sc_dt::SC_RND_ZERO;
    case AP_RND_INF: return sc_dt::SC_RND_INF;
    case AP_RND_MIN_INF: return sc_dt::SC_RND_MIN_INF;
    case AP_RND_CONV: return sc_dt::SC_RND_CONV;
  }
  throw std::logic_error("a rounding that SystemC has none for");
}
sc_dt::sc_o_mode mode_of(ap_o_mode o) {
  return o == AP_WRAP       ? sc_dt::SC_WRAP
         : o == AP_SAT      ? sc_dt::SC_SAT
         : o == AP_SAT_ZERO ? sc_dt::SC_SAT_ZERO
                            : sc_dt::SC_SAT_SYM;
}

sc_dt::sc_fxval scaled(sc_dt::sc_fxval x, int n) { return n >= 0 ? x << n : x >> -n; }

/// In pieces that a double holds.
sc_dt::sc_fxval exact(int128 n, int fraction) {
  sc_dt::sc_fxval x(0.0);
  for (int i = 0; i < 128; i += 32) {
    const int128 piece = i == 96 ? n >> 96 : (n >> i) & 0xffffffff;
    x = x + scaled(sc_dt::sc_fxval(static_cast<double>(piece)), i);
  }
  return scaled(x, -fraction);
}

int128 integer_of(sc_dt::sc_fxval x, int fraction) {
  x = scaled(x, fraction);
  int128 n = 0;
  for (int i = 96; i >= 0; i -= 32) {
    const int64_t piece = static_cast<int64_t>(std::floor(std::ldexp(x.to_double(), -i)));
    const sc_dt::sc_fxval whole = scaled(sc_dt::sc_fxval(static_cast<double>(piece)), i);
    // A double of many digits may have been rounded up.
    const int64_t down = whole > x ? 1 : 0;
    x = x - scaled(sc_dt::sc_fxval(static_cast<double>(piece - down)), i);
    n = n * (int128{1} << 32) + (piece - down);
  }
  if (x != sc_dt::sc_fxval(0.0)) throw std::logic_error("SystemC left bits below the grid");
  return n;
}

}  // namespace

struct systemc::state {
  format f;
  sc_dt::sc_fix with_sign;
  sc_dt::sc_ufix without;
  explicit state(const format &t)
      : f(t),
        with_sign(t.width, t.integer, mode_of(t.q), mode_of(t.o)),
        without(t.width, t.integer, mode_of(t.q), mode_of(t.o)) {}
  template <class X>
  int128 assigned(const X &x) {
    if (f.is_signed)
      with_sign = x;
    else
      without = x;
    if (f.width <= 53) {
      const double y = f.is_signed ? with_sign.to_double() : without.to_double();
      return static_cast<int64_t>(std::ldexp(y, f.width - f.integer));
    }
    return integer_of(f.is_signed ? with_sign.value() : without.value(), f.width - f.integer);
  }
};

systemc::systemc(const format &f) : state_(new state(f)) {}
systemc::~systemc() { delete state_; }
int128 systemc::operator()(double x) { return state_->assigned(x); }
int128 systemc::operator()(int128 n, int fraction) { return state_->assigned(exact(n, fraction)); }

int systemc_order(int128 a, int a_fraction, int128 b, int b_fraction) {
  const sc_dt::sc_fxval x = exact(a, a_fraction), y = exact(b, b_fraction);
  return x < y ? -1 : x == y ? 0 : 1;
}

}  // namespace nac_ap::testing
