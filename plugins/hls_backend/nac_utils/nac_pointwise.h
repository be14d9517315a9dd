// SPDX-License-Identifier: Apache-2.0
//
// What happens to single values. Each function names its result type, which holds the result exactly: the only rounding
// of a layer is an assignment to a quantizer's type, and that is plain C++ in parameters.h.
#ifndef NAC_POINTWISE_H_
#define NAC_POINTWISE_H_

#include "ap_fixed.h"
#include "ap_int.h"

namespace nac {

/// x * 2^-BITS. The product of fixed-point numbers is exact, and one with a power of two is wiring.
template <class RESULT, int BITS, class T>
RESULT move_point(const T &x) {
#pragma HLS INLINE
  const ap_ufixed<1, 1 - BITS> step = 1.0 / (1ULL << BITS);
  return RESULT(x * step);
}

template <class RESULT, class T>
RESULT relu(const T &x) {
#pragma HLS INLINE
  return x > 0 ? RESULT(x) : RESULT(0);
}

/// Slope 2^-BITS below zero, on a grid that is BITS bits finer.
template <class RESULT, int BITS, class T>
RESULT leaky_relu(const T &x) {
#pragma HLS INLINE
  return x > 0 ? RESULT(x) : move_point<RESULT, BITS>(x);
}

/// The integer n of x = n * 2^-fraction.
template <int W, int I, ap_q_mode Q, ap_o_mode O, int N>
ap_int<W> integer_of(const ap_fixed<W, I, Q, O, N> &x) {
#pragma HLS INLINE
  ap_int<W> n = 0;
  n.range() = x.range();
  return n;
}
template <int W, int I, ap_q_mode Q, ap_o_mode O, int N>
ap_uint<W> integer_of(const ap_ufixed<W, I, Q, O, N> &x) {
#pragma HLS INLINE
  ap_uint<W> n = 0;
  n.range() = x.range();
  return n;
}

}  // namespace nac

#endif
