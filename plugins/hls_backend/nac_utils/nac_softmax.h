// SPDX-License-Identifier: Apache-2.0
//
// Softmax of integers: e = table[largest - n] stands for 2^15 times the exponential function, and the result is
// e / sum as a float32 would have it, rounded to 24 significant bits, half to even. Only the assignment to the result's
// type rounds after that.
#ifndef NAC_SOFTMAX_H_
#define NAC_SOFTMAX_H_

#include "nac_labels.h"
#include "nac_pointwise.h"

namespace nac {

/// e / sum for 0 <= e <= 2^15, e <= sum < 2^31.
template <class RESULT>
RESULT softmax_ratio(ap_uint<16> e, ap_uint<31> sum) {
#pragma HLS INLINE
  if (e == 0) return RESULT(0);
  // e * 2^shift in [sum, 2 sum): the quotient's first bit is a one.
  ap_uint<33> rest = e;
  unsigned shift = 0;
NORMALIZE:
  for (unsigned i = 0; i < 31; i++) {
#pragma HLS UNROLL
    if (rest < sum) {
      rest = rest << 1;
      shift++;
    }
  }
  ap_uint<25> quotient = 0;
DIVIDE:
  for (unsigned i = 0; i < 24; i++) {
#pragma HLS UNROLL
    quotient = quotient << 1;
    if (rest >= sum) {
      rest = rest - sum;
      quotient = quotient + 1;
    }
    rest = rest << 1;
  }
  if (rest > sum || (rest == sum && quotient[0] == 1)) quotient = quotient + 1;
  // quotient * 2^-(23 + shift), shift <= 31
  ap_uint<56> n = quotient;
  n = n << (32 - shift);
  ap_ufixed<56, 1> value = 0;
  value.range() = n.range();
  return RESULT(value);
}

/// CONFIG: rows, count (values in a row), accum_t (the result), entries (of the table).
template <class CONFIG, class IN>
void softmax(const IN x[CONFIG::rows * CONFIG::count], typename CONFIG::accum_t y[CONFIG::rows * CONFIG::count],
             const unsigned short table[CONFIG::entries]) {
#pragma HLS INLINE
ROWS:
  for (unsigned row = 0; row < CONFIG::rows; row++) {
#pragma HLS UNROLL
    IN largest = x[row * CONFIG::count];
  LARGEST:
    for (unsigned i = 1; i < CONFIG::count; i++) {
#pragma HLS UNROLL
      if (x[row * CONFIG::count + i] > largest) largest = x[row * CONFIG::count + i];
    }
    ap_uint<16> e[CONFIG::count];
#pragma HLS ARRAY_PARTITION variable=e complete dim=0
    ap_uint<31> sum = 0;
  TABLE:
    for (unsigned i = 0; i < CONFIG::count; i++) {
#pragma HLS UNROLL
      const int distance = int(integer_of(largest)) - int(integer_of(x[row * CONFIG::count + i]));
      e[i] = table[distance];
      sum += e[i];
    }
  RATIO:
    for (unsigned i = 0; i < CONFIG::count; i++) {
#pragma HLS UNROLL
      y[row * CONFIG::count + i] = softmax_ratio<typename CONFIG::accum_t>(e[i], sum);
    }
  }
}

}  // namespace nac

#endif
