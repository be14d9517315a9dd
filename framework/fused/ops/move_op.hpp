// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/op.hpp"

namespace nac::fw::fused {

/// Transpose and Concat: rows that change their places.
class MoveOp final : public Op {
 public:
  struct Part {
    Slot x = kNoSlot;
    std::vector<int> to;  ///< per row of x: the row of the result
    bool wanted = false;
  };
  MoveOp(std::vector<Part> parts, Slot y);
  void forward(const Tile &tile) override;
  void backward(const Tile &tile) override;

 private:
  std::vector<Part> parts_;
};

}  // namespace nac::fw::fused
