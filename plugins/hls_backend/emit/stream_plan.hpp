// SPDX-License-Identifier: Apache-2.0
//
// stream_plan.hpp: which dataflow processes an io_stream design has, and the streams between them.
//
// A tensor leaves the process that computes it in one view. Each reader asks for a view; where that is another one, a
// reorder process stands between. A stream has one writer and one reader: a clone process copies words for several.
//
// No deadlock: a process that reads several streams (add, concat, matmul) may wait at one of them while the others fill
// up. Each of those others holds a whole sample of its tensor, so whoever writes it can always finish its sample, and
// by induction so can every process before it, whatever they have in common (a residual connection, Q, K and V). All
// remaining streams have one reader that always goes on and need no more than two words.
#pragma once
#include <string>
#include <vector>

#include "hls_backend/emit/stream_view.hpp"

namespace nac::hls {

struct channel {
  int tensor = -1;    ///< whose elements it carries
  view how;           ///< of that tensor
  std::string name;   ///< of the variable, or of the argument
  std::string type;   ///< of a word
  int64_t depth = 2;  ///< words
  bool is_argument = false;
};

/// How the product of a matrix and a vector is spread over the iterations of a pipelined loop. The vector may come in
/// `parts` words of `inputs` elements; each word takes in_steps * groups iterations `interval` clocks apart.
/// Latency: one iteration, the tool shares multipliers over the interval. Resource: one clock, a slice of the weights
/// for each step. Folded over words a multiplier is already used once for each of them, so that much less reuse is
/// left.
struct schedule {
  int64_t inputs = 0, parts = 1, in_steps = 1, groups = 1, interval = 1;
  int64_t steps() const { return in_steps * groups; }
};
schedule schedule_of(const layer &l, int64_t parts);

enum class process_kind {
  layer,    ///< model::layers[layer]
  clone,    ///< one stream to several
  reorder,  ///< collects a sample and sends it in another view
  discard   ///< of an input that nothing reads
};

struct process {
  process_kind kind = process_kind::layer;
  int layer = -1;                  ///< of `layer`; of the others: the one whose result they pass on
  std::vector<int> reads, writes;  ///< channels
  /// Of a layer: of the tensors it reads. Behind a Transpose the channel is that of another tensor.
  std::vector<view> read_views;
  bool sequential = false;  ///< a concatenation that sends one input after the other
  schedule how;             ///< of a dense layer or convolution
  /// Cycles from the first word of a sample to the last one it reads or writes; the pipeline's depth comes on top.
  int64_t cycles = 0;
};

struct stream_plan {
  std::vector<channel> channels;
  std::vector<process> processes;    ///< each after those whose streams it reads
  std::vector<int> inputs, outputs;  ///< channels, as model::inputs and model::outputs
  std::vector<view> output_views;    ///< of the tensors in model::outputs
};

stream_plan plan_streams(const model &m);

/// How an image runs through a line buffer: cell after cell of rows of `pitch` cells, one per clock. Pixel (0, 0) is in
/// cell (first_row, first_column), the cell that completes the window of result (0, 0) is number first_result, and one
/// result stands stride_width cells after the one to its left, a row of results stride_height * pitch cells after the
/// one above. A window that reaches beyond the right edge of the image continues in the next row of cells, where it
/// reads what the kernel masks out: padding costs no cells, except below and to the right of the last pixel. Without
/// padding there are as many cells as pixels.
struct raster {
  int64_t first_row = 0, first_column = 0, pitch = 1, first_result = 0, cells = 1;
};
raster raster_of(const window &g);

/// Shortest line buffer: a cell is read again only when what was written there has arrived.
inline constexpr int64_t kShortestLine = 4;

}  // namespace nac::hls
