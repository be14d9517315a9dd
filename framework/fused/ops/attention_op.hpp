// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/attention.hpp"
#include "fused/op.hpp"

namespace nac::fw::fused {

/// MatMul, Softmax and MatMul of values of each sample: attention, whose scores nobody else reads.
class AttentionOp final : public Op {
 public:
  struct Slots {
    Slot q, k, v, y;
    Slot kept;  ///< attention_rows(); kNoSlot: no gradients
    bool q_wanted, k_wanted, v_wanted;
  };
  AttentionOp(const AttentionShape &shape, const Slots &slots) : shape_(shape) {
    reads = {slots.q, slots.k, slots.v};
    writes = slots.y;
    if (slots.kept != kNoSlot) {
      also_writes = {slots.kept};
      rereads = {slots.y, slots.kept};
    }
    // In the order in which the kernel writes them: two of them may be the same.
    gradients = {{slots.v_wanted ? slots.v : kNoSlot},
                 {slots.q_wanted ? slots.q : kNoSlot},
                 {slots.k_wanted ? slots.k : kNoSlot}};
  }
  void forward(const Tile &tile) override {
    attention(shape_, tile.value(reads[0]), tile.value(reads[1]), tile.value(reads[2]), tile.value(writes),
              also_writes.empty() ? nullptr : tile.value(also_writes[0]), tile.width);
  }
  void backward(const Tile &tile) override {
    const auto gradient = [&](const GradientSlot &g) {
      return AttentionGradient{g.wanted() ? tile.gradient(g.slot) : nullptr, g.add};
    };
    attention_gradient(shape_, tile.value(writes), tile.gradient(writes), tile.value(also_writes[0]),
                       gradient(gradients[1]), gradient(gradients[2]), gradient(gradients[0]), tile.width);
  }

 private:
  AttentionShape shape_;
};

}  // namespace nac::fw::fused
