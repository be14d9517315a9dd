// SPDX-License-Identifier: Apache-2.0
//
// Convolution of a whole image [channels][height][width]: each output pixel is a vector times the matrix whose rows are
// in the order (kernel row, kernel column, channel). CONFIG has what nac_dense.h asks for, `vectors` being the number
// of output pixels, and the geometry of the window.
#ifndef NAC_CONV_H_
#define NAC_CONV_H_

#include "nac_labels.h"

namespace nac {

/// What the matrix is multiplied by for one output pixel; padding is 0.
template <class CONFIG, class IN>
void conv_window(unsigned pixel, const IN x[CONFIG::channels * CONFIG::height * CONFIG::width],
                 IN window[CONFIG::n_in]) {
#pragma HLS INLINE
  const int top = int(pixel / CONFIG::out_width * CONFIG::stride_height) - int(CONFIG::pad_top);
  const int left = int(pixel % CONFIG::out_width * CONFIG::stride_width) - int(CONFIG::pad_left);
KERNEL_ROWS:
  for (unsigned row = 0; row < CONFIG::kernel_height; row++) {
#pragma HLS UNROLL
  KERNEL_COLUMNS:
    for (unsigned column = 0; column < CONFIG::kernel_width; column++) {
#pragma HLS UNROLL
      const int h = top + int(row), w = left + int(column);
      const bool inside = h >= 0 && h < int(CONFIG::height) && w >= 0 && w < int(CONFIG::width);
    CHANNELS:
      for (unsigned c = 0; c < CONFIG::channels; c++) {
#pragma HLS UNROLL
        const unsigned from = inside ? (c * CONFIG::height + unsigned(h)) * CONFIG::width + unsigned(w) : 0;
        window[(row * CONFIG::kernel_width + column) * CONFIG::channels + c] = inside ? x[from] : IN(0);
      }
    }
  }
}

/// `at_a_time` output pixels, from number `first` on.
template <class CONFIG, class IN, class OUT>
void conv_group(unsigned first, const IN x[CONFIG::channels * CONFIG::height * CONFIG::width],
                OUT y[CONFIG::n_out * CONFIG::vectors]) {
#pragma HLS INLINE
PIXELS:
  for (unsigned v = 0; v < CONFIG::at_a_time; v++) {
#pragma HLS UNROLL
    IN window[CONFIG::n_in];
#pragma HLS ARRAY_PARTITION variable=window complete dim=0
    typename CONFIG::accum_t sums[CONFIG::n_out];
#pragma HLS ARRAY_PARTITION variable=sums complete dim=0
    conv_window<CONFIG>(first + v, x, window);
    CONFIG::multiply(window, sums);
    for (unsigned o = 0; o < CONFIG::n_out; o++) {
#pragma HLS UNROLL
      y[o * CONFIG::vectors + first + v] = CONFIG::finish(sums[o]);
    }
  }
}

/// All output pixels; a group of them every reuse_factor clocks.
template <class CONFIG, class IN, class OUT>
void conv(const IN x[CONFIG::channels * CONFIG::height * CONFIG::width], OUT y[CONFIG::n_out * CONFIG::vectors]) {
#pragma HLS INLINE
GROUPS:
  for (unsigned first = 0; first < CONFIG::vectors; first += CONFIG::at_a_time) {
#pragma HLS PIPELINE II=CONFIG::reuse_factor
    conv_group<CONFIG>(first, x, y);
  }
}

/// The same for dense_resource, which has a pipelined loop of its own.
template <class CONFIG, class IN, class OUT>
void conv_in_turn(const IN x[CONFIG::channels * CONFIG::height * CONFIG::width],
                  OUT y[CONFIG::n_out * CONFIG::vectors]) {
#pragma HLS INLINE
GROUPS:
  for (unsigned first = 0; first < CONFIG::vectors; first += CONFIG::at_a_time) {
    conv_group<CONFIG>(first, x, y);
  }
}

}  // namespace nac

#endif
