// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "fused/kernels/product_shape.hpp"

namespace nac::fw::fused {

/// One direction of a product as an implicit matrix product: every row of the result is a sum over taps and channels of
/// a weight times a row of the operand. Forward, results are outputs; of the input's gradient, they are inputs. What a
/// tap reaches is listed per position, so that padding, strides and dilation cost nothing. Offsets are in floats.
struct Gather {
  /// Of the operand at a time: half of a first-level cache, for panels and results need room too.
  static constexpr int kPartFloats = 4096;
  /// Where channel 0 of the operand lies that a tap of some position reads.
  struct Source {
    int32_t offset, tap;
  };
  /// Results computed at once; their weights are consecutive in the panel: [tap][channel][result].
  struct Block {
    int result, count, operand;  ///< first result, how many; offset of the group's channel 0 in the operand
    std::size_t panel;
    int lists;  ///< with lists: which of `kept` is of tap 0 of the first part
  };

  bool transposed = false;                                                        ///< of the input's gradient
  int width = 0, groups = 1, results = 0, channels = 0, taps = 1, positions = 1;  ///< results and channels of a group
  int operand_step = 0;                    ///< from a channel to the next in the operand
  int result_step = 0, position_step = 0;  ///< from a result to the next, from a position to the next
  std::vector<int> first;                  ///< per position and behind the last: its first source
  std::vector<Source> sources;
  std::vector<Block> blocks;
  std::size_t panels = 0;  ///< floats of the panels
  int part = 1;            ///< channels whose rows stay in the first-level cache until all blocks have read them
  /// When weights are skipped: per block, part and tap, and behind the last, where in `offsets` the channels begin that
  /// are kept, which the panels then hold alone.
  std::vector<int> kept;
  std::vector<int32_t> offsets;
  std::vector<int32_t> weight;  ///< then, per float of the panels: which weight

  /// Chooses blocks and the order of weights. `mask` has ones where a weight is kept, null: everywhere.
  void arrange(const float *mask);
  /// Which weight: `result` counts through all groups, `channel` is one of its group.
  std::size_t weight_of(int result, int channel, int tap) const;

 private:
  struct Blocking {
    int largest = 0;   ///< results of a block at most; 0: as without a mask
    double share = 1;  ///< of the channels of a block are kept
  };

  Blocking best_blocking(const float *mask) const;
  int best_part(double share) const;
};

/// The two directions of a layer; see Gather.
Gather forward_gather(const ProductShape &shape, const Window &window, int width);
Gather backward_gather(const ProductShape &shape, const Window &window, int width);

/// What starts a sum and what is done with it.
struct Ending {
  const float *bias;  ///< null: none
  bool add;           ///< to what is there
  enum class Kind : uint8_t { none, relu, leaky_relu } kind;
  float slope;
};

/// The whole of one direction.
void run_gather(const Gather &gather, const float *operand, const float *panels, const Ending &ending, float *result);

}  // namespace nac::fw::fused
