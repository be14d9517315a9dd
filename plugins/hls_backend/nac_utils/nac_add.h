// SPDX-License-Identifier: Apache-2.0
#ifndef NAC_ADD_H_
#define NAC_ADD_H_

#include "nac_labels.h"

namespace nac {

template <unsigned SIZE, class A, class B, class SUM>
void add(const A a[SIZE], const B b[SIZE], SUM y[SIZE]) {
#pragma HLS INLINE
ADD:
  for (unsigned i = 0; i < SIZE; i++) {
#pragma HLS UNROLL
    y[i] = a[i] + b[i];
  }
}

template <unsigned SIZE, class A, class B, class SUM>
void subtract(const A a[SIZE], const B b[SIZE], SUM y[SIZE]) {
#pragma HLS INLINE
SUBTRACT:
  for (unsigned i = 0; i < SIZE; i++) {
#pragma HLS UNROLL
    y[i] = a[i] - b[i];
  }
}

}  // namespace nac

#endif
