// SPDX-License-Identifier: Apache-2.0
//
// Convolution of an image that arrives in raster order, all channels of a pixel in one word.
// Cycles per sample: (cells + results * (steps - 1)) * interval, where `cells` is the number of input pixels, and below
// and to the right of the image the padding that the last results wait for. Latency strategy: steps = 1, interval is
// the reuse factor; resource strategy: steps is the reuse factor, interval = 1.
#ifndef NAC_CONV_STREAM_H_
#define NAC_CONV_STREAM_H_

#include "nac_product_stream.h"
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
  typename CONFIG::accum_t sums[CONFIG::out_channels];
#pragma HLS ARRAY_PARTITION variable=sums complete dim=0
  raster<CONFIG> at;
  product_step<CONFIG> step;

CELLS:
  for (unsigned i = 0; i < CONFIG::cells + CONFIG::out_height * CONFIG::out_width * (CONFIG::steps - 1); i++) {
#pragma HLS PIPELINE II=CONFIG::interval
    if (step.first_of_word()) {
      value pixel[CONFIG::channels];
#pragma HLS ARRAY_PARTITION variable=pixel complete dim=0
      read_pixel<CONFIG>(in, at, pixel);
      shift_window<CONFIG, value>(at.column, pixel, lines, taps);
    }
    const bool due = at.has_result();
    if (due) {
      value x[taps_count];
#pragma HLS ARRAY_PARTITION variable=x complete dim=0
    MASK:
      for (unsigned t = 0; t < taps_count; t++) {
#pragma HLS UNROLL
        const unsigned tap = t / CONFIG::channels;
        x[t] = at.inside(tap / CONFIG::kernel_width, tap % CONFIG::kernel_width) ? taps[t] : value(0);
      }
      CONFIG::multiply(x, step, sums);
      if (step.last()) {
        OUT result;
        NAC_ONE_WORD(result)
      FINISH:
        for (unsigned o = 0; o < CONFIG::out_channels; o++) {
#pragma HLS UNROLL
          result[o] = CONFIG::finish(sums[o]);
        }
        out.write(result);
      }
    }
    if (!due || step.last()) at.next(due);
    if (due) step.next();
  }
}

}  // namespace nac

#endif
