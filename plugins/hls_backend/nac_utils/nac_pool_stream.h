// SPDX-License-Identifier: Apache-2.0
//
// Largest value or sum of windows of an image that arrives in raster order, all channels of a pixel in one word.
// Cycles per sample: CONFIG::cells, see nac_conv_stream.h.
#ifndef NAC_POOL_STREAM_H_
#define NAC_POOL_STREAM_H_

#include "nac_window_stream.h"

namespace nac {

/// Largest or sum of the taps of one channel that are pixels.
template <class CONFIG, class T>
typename CONFIG::accum_t pooled(const raster<CONFIG> &at, unsigned channel,
                                const T taps[CONFIG::kernel_height * CONFIG::kernel_width * CONFIG::channels]) {
#pragma HLS INLINE
  typename CONFIG::accum_t result = 0;
  bool first = true;
TAPS:
  for (unsigned tap = 0; tap < CONFIG::kernel_height * CONFIG::kernel_width; tap++) {
#pragma HLS UNROLL
    const typename CONFIG::accum_t x = taps[tap * CONFIG::channels + channel];
    if (at.inside(tap / CONFIG::kernel_width, tap % CONFIG::kernel_width)) {
      if (!CONFIG::largest)
        result += x;
      else if (first || x > result)
        result = x;
      first = false;
    }
  }
  return result;
}

template <class IN, class OUT, class CONFIG>
void pool_stream(hls::stream<IN> &in, hls::stream<OUT> &out) {
  typedef typename IN::value_type value;
  value lines[CONFIG::lines][CONFIG::pitch][CONFIG::channels];
#pragma HLS ARRAY_PARTITION variable=lines complete dim=1
#pragma HLS ARRAY_PARTITION variable=lines complete dim=3
#pragma HLS DEPENDENCE variable=lines inter false
  value taps[CONFIG::kernel_height * CONFIG::kernel_width * CONFIG::channels];
#pragma HLS ARRAY_PARTITION variable=taps complete dim=0
  raster<CONFIG> at;

CELLS:
  for (unsigned cell = 0; cell < CONFIG::cells; cell++) {
#pragma HLS PIPELINE II=1
    value pixel[CONFIG::channels];
#pragma HLS ARRAY_PARTITION variable=pixel complete dim=0
    read_pixel<CONFIG>(in, at, pixel);
    shift_window<CONFIG, value>(at.column, pixel, lines, taps);
    const bool due = at.has_result();
    if (due) {
      OUT result;
      NAC_ONE_WORD(result)
    CHANNELS:
      for (unsigned c = 0; c < CONFIG::channels; c++) {
#pragma HLS UNROLL
        result[c] = CONFIG::finish(pooled<CONFIG, value>(at, c, taps));
      }
      out.write(result);
    }
    at.next(due);
  }
}

}  // namespace nac

#endif
