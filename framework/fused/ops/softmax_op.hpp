// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/softmax.hpp"
#include "fused/op.hpp"

namespace nac::fw::fused {

/// Softmax and LogSoftmax.
class SoftmaxOp final : public Op {
 public:
  SoftmaxOp(const SoftmaxRows &rows, bool log, Slot x, Slot y, bool x_wanted) : rows_(rows), log_(log) {
    reads = {x};
    writes = y;
    rereads = {y};
    gradients = {{x_wanted ? x : kNoSlot}};
  }
  void forward(const Tile &tile) override {
    softmax(rows_, log_, tile.value(reads[0]), tile.value(writes), tile.width);
  }
  void backward(const Tile &tile) override {
    const GradientSlot &x = gradients[0];
    if (x.wanted())
      softmax_gradient(rows_, log_, tile.value(writes), tile.gradient(writes), tile.gradient(x.slot), x.add,
                       tile.width);
  }

 private:
  SoftmaxRows rows_;
  bool log_;
};

}  // namespace nac::fw::fused
