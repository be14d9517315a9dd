// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "fused/kernels/softmax.hpp"
#include "fused/op.hpp"
#include "fused/ops/quantizer_step.hpp"

namespace nac::fw::fused {

/// The integers that a table is indexed by: those of one Quant.
struct TableIndex {
  QuantType type;
  ValueId scale = 0;
};

/// Sigmoid, Tanh and Gelu of integers, by a table; the gradient is that of the function itself.
class TableOp final : public Op {
 public:
  TableOp(std::string function, Activation activation, TableIndex index, int rows, Slot x, Slot y, bool x_wanted);
  void start(State &state) override;
  void forward(const Tile &tile) override;
  void backward(const Tile &tile) override;

 private:
  std::string function_;
  TableIndex index_;
  Pointwise slope_;  ///< for the gradient
  int fraction_ = 0;
  std::vector<float> table_;
};

/// Softmax of integers by a table of what each contributes; the gradient is that of Softmax.
class SoftmaxTableOp final : public Op {
 public:
  SoftmaxTableOp(const SoftmaxRows &rows, TableIndex index, Slot x, Slot y, bool x_wanted);
  void start(State &state) override;
  void forward(const Tile &tile) override;
  void backward(const Tile &tile) override;

 private:
  SoftmaxRows rows_;
  TableIndex index_;
  int fraction_ = 0;
  std::vector<int32_t> table_;
};

}  // namespace nac::fw::fused
