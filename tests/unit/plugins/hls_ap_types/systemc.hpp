// SPDX-License-Identifier: Apache-2.0
//
// systemc.hpp: what the fixed-point types of IEEE 1666 make of a value.
#pragma once
#include <ap_fixed.h>

#include <cstdint>

namespace nac_ap::testing {

struct format {
  int width, integer;
  bool is_signed;
  ap_q_mode q;
  ap_o_mode o;
};
template <class Type>
constexpr format format_of() {
  return {Type::width, Type::iwidth, Type::sign_flag, Type::qmode, Type::omode};
}

/// n * 2^-fraction, or a double, assigned to a number of this type: its integer. Not of more than 127 bits.
class systemc {
 public:
  explicit systemc(const format &f);
  ~systemc();
  systemc(const systemc &) = delete;
  systemc &operator=(const systemc &) = delete;
  int128 operator()(double x);
  int128 operator()(int128 n, int fraction);

 private:
  struct state;
  state *state_;
};

/// -1, 0 or 1
int systemc_order(int128 a, int a_fraction, int128 b, int b_fraction);

}  // namespace nac_ap::testing
