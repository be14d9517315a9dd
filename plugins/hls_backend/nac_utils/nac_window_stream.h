// SPDX-License-Identifier: Apache-2.0
//
// The line buffer of convolutions and pooling. An image arrives pixel by pixel, all channels in one word, and runs
// through rows of CONFIG::pitch cells, one cell per iteration. `taps` is the window whose last element is the newest
// cell: tap (row, column) is the pixel (kernel_height - 1 - row) * pitch + (kernel_width - 1 - column) cells ago. Where
// the window reaches beyond the left or right edge it sees pixels of a neighbouring row, and above or below the image
// anything: inside() says which taps count.
#ifndef NAC_WINDOW_STREAM_H_
#define NAC_WINDOW_STREAM_H_

#include "nac_stream.h"

namespace nac {

/// Where the raster stands, and the next result.
template <class CONFIG>
struct raster {
  unsigned row, column;  // of the cell
  unsigned out_row, out_column;
  unsigned wait, row_wait;  // cells until the one that completes the next result, or the first of the row of results

  raster() : row(0), column(0), out_row(0), out_column(0), wait(CONFIG::first_result), row_wait(CONFIG::first_result) {
#pragma HLS INLINE
  }

  bool has_pixel() const {
#pragma HLS INLINE
    return row >= CONFIG::first_row && row < CONFIG::first_row + CONFIG::in_height && column >= CONFIG::first_column &&
           column < CONFIG::first_column + CONFIG::in_width;
  }

  bool has_result() const {
#pragma HLS INLINE
    return wait == 0 && out_row < CONFIG::out_height;
  }

  /// Whether a tap of the next result's window is a pixel, not padding.
  bool inside(unsigned tap_row, unsigned tap_column) const {
#pragma HLS INLINE
    const int y = int(out_row * CONFIG::stride_height + tap_row) - int(CONFIG::pad_top);
    const int x = int(out_column * CONFIG::stride_width + tap_column) - int(CONFIG::pad_left);
    return !CONFIG::padded || (y >= 0 && y < int(CONFIG::in_height) && x >= 0 && x < int(CONFIG::in_width));
  }

  /// On to the next cell, and to the next result when this cell completed one.
  void next(bool result) {
#pragma HLS INLINE
    const bool row_ends = result && out_column == CONFIG::out_width - 1;
    // Both counts refer to the cell that is left; the first of a row of results keeps its own.
    if (row_ends) row_wait += CONFIG::stride_height * CONFIG::pitch;
    if (row_ends)
      wait = row_wait;
    else if (result)
      wait = CONFIG::stride_width;
    wait--;
    row_wait--;
    if (result) {
      out_column = row_ends ? 0 : out_column + 1;
      if (row_ends) out_row++;
    }
    if (column == CONFIG::pitch - 1) {
      column = 0;
      row++;
    } else {
      column++;
    }
  }
};

template <class CONFIG, class IN>
void read_pixel(hls::stream<IN> &in, const raster<CONFIG> &at, typename IN::value_type pixel[CONFIG::channels]) {
#pragma HLS INLINE
  if (at.has_pixel()) {
    IN word = in.read();
    NAC_ONE_WORD(word)
    for (unsigned c = 0; c < CONFIG::channels; c++) {
#pragma HLS UNROLL
      pixel[c] = word[c];
    }
  }
}

/// The newest cell enters the window, together with those above it, which the lines keep. lines[i] holds the row that
/// is kernel_height - 1 - i rows above the newest.
template <class CONFIG, class T>
void shift_window(unsigned column, const T pixel[CONFIG::channels],
                  T lines[CONFIG::lines][CONFIG::pitch][CONFIG::channels],
                  T taps[CONFIG::kernel_height * CONFIG::kernel_width * CONFIG::channels]) {
#pragma HLS INLINE
  const unsigned width = CONFIG::kernel_width * CONFIG::channels;
ROWS:
  for (unsigned row = 0; row < CONFIG::kernel_height; row++) {
#pragma HLS UNROLL
  SHIFT:
    for (unsigned i = 0; i + CONFIG::channels < width; i++) {
#pragma HLS UNROLL
      taps[row * width + i] = taps[row * width + i + CONFIG::channels];
    }
  ENTER:
    for (unsigned c = 0; c < CONFIG::channels; c++) {
#pragma HLS UNROLL
      const bool newest = row == CONFIG::kernel_height - 1;
      const T entering = newest ? pixel[c] : lines[newest ? 0 : row][column][c];
      taps[(row + 1) * width - CONFIG::channels + c] = entering;
      if (row > 0) lines[row > 0 ? row - 1 : 0][column][c] = entering;
    }
  }
}

}  // namespace nac

#endif
