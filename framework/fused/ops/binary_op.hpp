// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/binary.hpp"
#include "fused/op.hpp"

namespace nac::fw::fused {

/// An operand: a value of each sample, or a parameter or constant of the graph.
struct BinaryOperand {
  Side side;
  Slot slot = kNoSlot;  ///< of Side::Kind::rows
  ValueId tensor = 0;   ///< of Side::Kind::constant
  int count = 0;        ///< its rows or elements
  bool wanted = false;  ///< its gradient
};

/// Add, Sub, Mul and Div with broadcasting.
class BinaryOp final : public Op {
 public:
  BinaryOp(Binary op, BinaryOperand a, BinaryOperand b, Slot y);
  void start(State &state) override;
  void forward(const Tile &tile) override;
  void backward(const Tile &tile) override;
  void finish(State &state) override;

 private:
  const float *data(std::size_t side, const Tile &tile) const;

  Binary op_;
  BinaryOperand operands_[2];
  bool passes_[2] = {false, false};  ///< its gradient is that of the result
  AlignedFloats tensors_[2], tensor_gradients_[2];
};

}  // namespace nac::fw::fused
