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
  unsigned row, column;        // of the cell
  unsigned out_row, out_column;
  unsigned due, row_due;       // numbers of the cells that complete the next result, the first result of its row

  raster() : row(0), column(0), out_row(0), out_column(0), due(CONFIG::first_result), row_due(CONFIG::first_result) {
#pragma HLS INLINE
  }

  bool has_pixel() const {
#pragma HLS INLINE
    return row >= CONFIG::first_row && row < CONFIG::first_row + CONFIG::in_height && column >= CONFIG::first_column &&
           column < CONFIG::first_column + CONFIG::in_width;
  }

  bool has_result(unsigned cell) const {
#pragma HLS INLINE
    return cell == due && out_row < CONFIG::out_height;
  }

  /// Whether a tap of the next result's window is a pixel, not padding.
  bool inside(unsigned tap_row, unsigned tap_column) const {
#pragma HLS INLINE
    const int y = int(out_row * CONFIG::stride_height + tap_row) - int(CONFIG::pad_top);
    const int x = int(out_column * CONFIG::stride_width + tap_column) - int(CONFIG::pad_left);
    return !CONFIG::padded ||
           (y >= 0 && y < int(CONFIG::in_height) && x >= 0 && x < int(CONFIG::in_width));
  }

  void next_result() {
#pragma HLS INLINE
    if (out_column == CONFIG::out_width - 1) {
      out_column = 0;
      out_row++;
      row_due += CONFIG::stride_height * CONFIG::pitch;
      due = row_due;
    } else {
      out_column++;
      due += CONFIG::stride_width;
    }
  }

  void next_cell() {
#pragma HLS INLINE
    if (column == CONFIG::pitch - 1) {
      column = 0;
      row++;
    } else {
      column++;
    }
  }
};

/// The newest cell enters the window, together with those above it, which the lines keep. lines[i] holds the row that
/// is kernel_height - 1 - i rows above the newest.
template <class CONFIG, class T>
void shift_window(unsigned column, const T pixel[CONFIG::channels], T lines[CONFIG::lines][CONFIG::pitch][CONFIG::channels],
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
