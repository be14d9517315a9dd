// SPDX-License-Identifier: Apache-2.0
#ifndef NAC_CONCAT_H_
#define NAC_CONCAT_H_

#include "nac_labels.h"

namespace nac {

/// One input of a concatenation: x is [OUTER][BLOCK], y [OUTER][TOTAL], and x goes to columns OFFSET and on.
template <unsigned OUTER, unsigned BLOCK, unsigned TOTAL, unsigned OFFSET, class IN, class OUT>
void place(const IN x[OUTER * BLOCK], OUT y[OUTER * TOTAL]) {
#pragma HLS INLINE
OUTER_LOOP:
  for (unsigned o = 0; o < OUTER; o++) {
#pragma HLS UNROLL
  BLOCK_LOOP:
    for (unsigned i = 0; i < BLOCK; i++) {
#pragma HLS UNROLL
      y[o * TOTAL + OFFSET + i] = x[o * BLOCK + i];
    }
  }
}

}  // namespace nac

#endif
