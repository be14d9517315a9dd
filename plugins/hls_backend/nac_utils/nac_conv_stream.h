// SPDX-License-Identifier: Apache-2.0
//
// Convolution of an image that arrives in raster order, all channels of a pixel in one word.
// Cycles per sample: CONFIG::cells * CONFIG::interval, where cells is the number of input pixels, and below and to the
// right of the image the padding that the last results wait for.
#ifndef NAC_CONV_STREAM_H_
#define NAC_CONV_STREAM_H_

#include "nac_window_stream.h"

namespace nac {

template <class IN, class OUT, class CONFIG>
void conv_stream(hls::stream<IN> &in, hls::stream<OUT> &out) {
  typedef typename IN::value_type value;
  const unsigned taps_count = CONFIG::kernel_height * CONFIG::kernel_width * CONFIG::channels;
  value lines[CONFIG::lines][CONFIG::pitch][CONFIG::channels];
#pragma HLS ARRAY_PARTITION variable=lines complete dim=1
#pragma HLS ARRAY_PARTITION variable=lines complete dim=3
// A cell of a line is read and written in one iteration, and the next time only after a whole row.
#pragma HLS DEPENDENCE variable=lines inter false
  value taps[taps_count];
#pragma HLS ARRAY_PARTITION variable=taps complete dim=0
  raster<CONFIG> at;

CELLS:
  for (unsigned cell = 0; cell < CONFIG::cells; cell++) {
#pragma HLS PIPELINE II=CONFIG::interval
    value pixel[CONFIG::channels];
#pragma HLS ARRAY_PARTITION variable=pixel complete dim=0
    if (at.has_pixel()) {
      IN word = in.read();
      NAC_ONE_WORD(word)
      for (unsigned c = 0; c < CONFIG::channels; c++) {
#pragma HLS UNROLL
        pixel[c] = word[c];
      }
    }
    shift_window<CONFIG, value>(at.column, pixel, lines, taps);
    if (at.has_result(cell)) {
      value x[taps_count];
#pragma HLS ARRAY_PARTITION variable=x complete dim=0
      typename CONFIG::accum_t sums[CONFIG::out_channels];
#pragma HLS ARRAY_PARTITION variable=sums complete dim=0
    MASK:
      for (unsigned i = 0; i < taps_count; i++) {
#pragma HLS UNROLL
        const unsigned tap = i / CONFIG::channels;
        x[i] = at.inside(tap / CONFIG::kernel_width, tap % CONFIG::kernel_width) ? taps[i] : value(0);
      }
      CONFIG::multiply(x, sums);
      OUT result;
      NAC_ONE_WORD(result)
    FINISH:
      for (unsigned o = 0; o < CONFIG::out_channels; o++) {
#pragma HLS UNROLL
        result[o] = CONFIG::finish(sums[o]);
      }
      out.write(result);
      at.next_result();
    }
    at.next_cell();
  }
}

}  // namespace nac

#endif
