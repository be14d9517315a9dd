// SPDX-License-Identifier: Apache-2.0
#ifndef NAC_MATMUL_H_
#define NAC_MATMUL_H_

#include "nac_labels.h"

namespace nac {

/// Products of activations: CONFIG::batch times [m][k] by [k][n].
template <class CONFIG, class A, class B>
void matmul(const A a[CONFIG::batch * CONFIG::m * CONFIG::k], const B b[CONFIG::batch * CONFIG::k * CONFIG::n],
            typename CONFIG::accum_t y[CONFIG::batch * CONFIG::m * CONFIG::n]) {
#pragma HLS INLINE
BATCH:
  for (unsigned t = 0; t < CONFIG::batch; t++) {
#pragma HLS UNROLL
  ROWS:
    for (unsigned row = 0; row < CONFIG::m; row++) {
#pragma HLS UNROLL
    COLUMNS:
      for (unsigned column = 0; column < CONFIG::n; column++) {
#pragma HLS UNROLL
        typename CONFIG::accum_t sum = 0;
      TERMS:
        for (unsigned i = 0; i < CONFIG::k; i++) {
#pragma HLS UNROLL
          sum += a[(t * CONFIG::m + row) * CONFIG::k + i] * b[(t * CONFIG::k + i) * CONFIG::n + column];
        }
        y[(t * CONFIG::m + row) * CONFIG::n + column] = sum;
      }
    }
  }
}

}  // namespace nac

#endif
