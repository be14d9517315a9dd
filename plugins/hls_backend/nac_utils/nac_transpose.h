// SPDX-License-Identifier: Apache-2.0
#ifndef NAC_TRANSPOSE_H_
#define NAC_TRANSPOSE_H_

#include "nac_labels.h"

namespace nac {

/// y[i] = x[from[i]]; wiring, since `from` is constant.
template <unsigned SIZE, class IN, class OUT>
void gather(const IN x[SIZE], OUT y[SIZE], const unsigned from[SIZE]) {
#pragma HLS INLINE
GATHER:
  for (unsigned i = 0; i < SIZE; i++) {
#pragma HLS UNROLL
    y[i] = x[from[i]];
  }
}

/// The same values for one more reader of a dataflow.
template <unsigned SIZE, class IN, class OUT>
void copy(const IN x[SIZE], OUT y[SIZE]) {
#pragma HLS INLINE
COPY:
  for (unsigned i = 0; i < SIZE; i++) {
#pragma HLS UNROLL
    y[i] = x[i];
  }
}

}  // namespace nac

#endif
