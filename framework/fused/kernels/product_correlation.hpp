// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fused/kernels/lanes.hpp"
#include "fused/kernels/product_shape.hpp"

namespace nac::fw::fused {

/// Columns are lanes of positions. The most that are gone through at once: with blocks, rows of a few terms and outputs
/// fit the first-level cache; with panels, one fills half of it.
inline constexpr int kMostColumns = 768, kPanelColumns = 256;
/// Outputs of a panel.
inline constexpr int kPanelOuts = 16;

/// The gradient of the weights: dot products of rows of the input with rows of the output's gradient, over lanes,
/// positions and tiles. Offsets are in floats.
struct Correlation {
  /// A stretch of positions that lie one behind the other in x as in dy; of channel 0 of the first group.
  struct Segment {
    int32_t x, dy, floats;
  };
  /// Outputs whose dot products are computed at once, with terms [first_term, end_term) of `list`.
  struct Block {
    int out, count, first_term, end_term;
  };
  /// Outputs whose gradient is transposed first: [column][output], kPanelOuts floats a column, if they are fewer too.
  /// That pays with many terms.
  struct Panel {
    int out, count, first_term, end_term;
  };

  Correlation(const ProductShape &shape, int width);
  /// Chooses blocks; weights that are 0 in `mask` get no gradient where that is faster. null: all are kept.
  void arrange(const float *mask);

  int width, groups, outs, terms, taps;  ///< outs of a group
  int out_step;                          ///< from an output to the next in dy
  std::vector<Segment> segments;         ///< of one tile
  std::vector<int32_t> rows;             ///< [group][term]: where the rows of a term begin in x, from a segment's x on
  std::vector<Block> blocks;
  std::vector<Panel> panels;  ///< of other outputs than blocks
  std::vector<int32_t> list;
  /// With padding, x is first copied: row i to row padded[i] of padded_rows, the others of which are 0.
  std::vector<int32_t> padded;
  int padded_rows = 0;

  std::size_t scratch() const;  ///< floats

 private:
  double arrange_with(int panels_per_group, int block, const float *mask);
};

void run_correlation(const Correlation &correlation, const float *x, std::ptrdiff_t x_stride, const float *dy,
                     std::ptrdiff_t dy_stride, int tiles, float *dweights, float *dbias, float *scratch);
/// What run_correlation does for panels.
void run_panels(const Correlation &correlation, const float *x, std::ptrdiff_t x_stride, const float *dy,
                std::ptrdiff_t dy_stride, int tiles, float *dweights, float *dbias, float *scratch);

}  // namespace nac::fw::fused
