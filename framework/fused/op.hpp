// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "fused/state.hpp"
#include "fused/tile.hpp"

namespace nac::fw::fused {

/// A gradient that an operator writes: the first writer of a step stores, the others add.
struct GradientSlot {
  Slot slot = kNoSlot;  ///< kNoSlot: nothing is trained behind it
  bool add = false;

  bool wanted() const { return slot != kNoSlot; }
};

/// One operator of a plan. In a step: start(), forward() of every tile, forward_done(), backward() of every tile,
/// backward_done(). Between forward() of two operators with a barrier between them all tiles have been through the
/// first.
class Op {
 public:
  virtual ~Op() = default;
  virtual void start(State &) {}
  virtual void forward(const Tile &tile) = 0;
  virtual void forward_done(Storage &, const Batch &) {}
  virtual void backward(const Tile &) {}
  virtual void backward_done(Storage &, const Batch &) {}
  /// Takes the gradients that it gathered to those of the parameters.
  virtual void finish(State &) {}
  /// Floats of scratch that a call needs.
  virtual std::size_t scratch() const { return 0; }

  bool loads = false;             ///< it brings data in, which is timed as such
  std::string where;              ///< operator and value, for messages
  std::vector<Slot> reads;        ///< values that forward() reads
  Slot writes = kNoSlot;          ///< and the one it writes
  std::vector<Slot> also_writes;  ///< values that only this operator reads again, on the way back
  std::vector<Slot> rereads;      ///< values that backward() reads
  /// Gradients that backward() writes, of values it reads in forward(); empty ones included.
  std::vector<GradientSlot> gradients;
  /// Gradients that backward() reads besides that of `writes`.
  std::vector<Slot> reads_gradients;
  /// backward_done() reads `rereads` and the gradient of `writes` of all tiles.
  bool reads_all_tiles = false;
  /// forward() costs little beside reading its operands, so that it may run again for a tile on the way back instead of
  /// what it writes being kept.
  bool repeatable = false;
  /// forward() comes after forward_done() of this one, and backward_done() before its backward().
  const Op *barrier = nullptr;
};

using OpPtr = std::unique_ptr<Op>;

}  // namespace nac::fw::fused
