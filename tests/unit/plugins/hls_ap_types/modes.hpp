// SPDX-License-Identifier: Apache-2.0
//
// modes.hpp: a test for each of many types.
#pragma once
#include <ap_fixed.h>

#include <cmath>
#include <utility>

namespace nac_ap::testing {

constexpr ap_q_mode kRounding[] = {AP_TRN, AP_TRN_ZERO, AP_RND, AP_RND_ZERO, AP_RND_INF, AP_RND_MIN_INF, AP_RND_CONV};
constexpr ap_o_mode kOverflow[] = {AP_WRAP, AP_SAT, AP_SAT_ZERO, AP_SAT_SYM};

template <class... Types>
struct list {
  template <class F>
  static void each(F f) {
    (f(Types()), ...);
  }
};

template <int W, int I, bool S, class F, std::size_t... M>
void each_mode_of(F f, std::index_sequence<M...>) {
  (f(number<W, I, S, kRounding[M % 7], kOverflow[M / 7], 0, false>()), ...);
}
/// f(a number of the type) for all 7 x 4 modes; a single bit with a sign has no symmetric range.
template <int W, int I, bool S, class F>
void each_mode(F f) {
  each_mode_of<W, I, S>(f, std::make_index_sequence < S && W == 1 ? 21 : 28 > ());
}

/// f(n, number) for all values of a type.
template <class Type, class F>
void each_value(F f) {
  const int n = 1 << Type::width;
  for (int i = 0; i < n; ++i) f(Type::of_bits(i));
}

/// The value of a small number, computed from its integer and nothing else.
template <class Type>
double value(const Type &a) {
  return std::ldexp(static_cast<double>(a.raw()), Type::iwidth - Type::width);
}
/// Its type has room for it.
template <class Type>
bool in_range(const Type &a) {
  const double n = static_cast<double>(a.raw()), top = std::ldexp(1.0, Type::width - (Type::sign_flag ? 1 : 0));
  return n < top && n >= (Type::sign_flag ? -top : 0);
}

}  // namespace nac_ap::testing
