// SPDX-License-Identifier: Apache-2.0
#ifndef NAC_REDUCE_H_
#define NAC_REDUCE_H_

#include "nac_labels.h"

namespace nac {

/// [outer][count][inner] to [outer][inner]: the largest of `count` values if CONFIG::largest, else their sum.
template <class CONFIG, class IN>
void reduce(const IN x[CONFIG::outer * CONFIG::count * CONFIG::inner],
            typename CONFIG::accum_t y[CONFIG::outer * CONFIG::inner]) {
#pragma HLS INLINE
OUTER:
  for (unsigned o = 0; o < CONFIG::outer; o++) {
#pragma HLS UNROLL
  INNER:
    for (unsigned i = 0; i < CONFIG::inner; i++) {
#pragma HLS UNROLL
      typename CONFIG::accum_t result = x[o * CONFIG::count * CONFIG::inner + i];
    COUNT:
      for (unsigned c = 1; c < CONFIG::count; c++) {
#pragma HLS UNROLL
        const typename CONFIG::accum_t value = x[(o * CONFIG::count + c) * CONFIG::inner + i];
        if (!CONFIG::largest)
          result += value;
        else if (value > result)
          result = value;
      }
      y[o * CONFIG::inner + i] = result;
    }
  }
}

}  // namespace nac

#endif
