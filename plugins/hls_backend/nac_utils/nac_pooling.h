// SPDX-License-Identifier: Apache-2.0
//
// Largest value or sum of windows of an image [channels][height][width]. Padding counts for neither.
#ifndef NAC_POOLING_H_
#define NAC_POOLING_H_

#include "nac_labels.h"

namespace nac {

/// CONFIG: the geometry, accum_t, and `largest`: the largest value, else the sum.
template <class CONFIG, class IN>
typename CONFIG::accum_t pooled(const IN x[CONFIG::channels * CONFIG::height * CONFIG::width], unsigned channel,
                                int top, int left) {
#pragma HLS INLINE
  typename CONFIG::accum_t result = 0;
  bool first = true;
KERNEL_ROWS:
  for (unsigned row = 0; row < CONFIG::kernel_height; row++) {
#pragma HLS UNROLL
  KERNEL_COLUMNS:
    for (unsigned column = 0; column < CONFIG::kernel_width; column++) {
#pragma HLS UNROLL
      const int h = top + int(row), w = left + int(column);
      if (h >= 0 && h < int(CONFIG::height) && w >= 0 && w < int(CONFIG::width)) {
        const typename CONFIG::accum_t value =
            x[(channel * CONFIG::height + unsigned(h)) * CONFIG::width + unsigned(w)];
        if (!CONFIG::largest)
          result += value;
        else if (first || value > result)
          result = value;
        first = false;
      }
    }
  }
  return result;
}

template <class CONFIG, class IN>
void pooling(const IN x[CONFIG::channels * CONFIG::height * CONFIG::width],
             typename CONFIG::accum_t y[CONFIG::channels * CONFIG::out_height * CONFIG::out_width]) {
#pragma HLS INLINE
CHANNELS:
  for (unsigned c = 0; c < CONFIG::channels; c++) {
#pragma HLS UNROLL
  ROWS:
    for (unsigned row = 0; row < CONFIG::out_height; row++) {
#pragma HLS UNROLL
    COLUMNS:
      for (unsigned column = 0; column < CONFIG::out_width; column++) {
#pragma HLS UNROLL
        y[(c * CONFIG::out_height + row) * CONFIG::out_width + column] =
            pooled<CONFIG>(x, c, int(row * CONFIG::stride_height) - int(CONFIG::pad_top),
                           int(column * CONFIG::stride_width) - int(CONFIG::pad_left));
      }
    }
  }
}

}  // namespace nac

#endif
