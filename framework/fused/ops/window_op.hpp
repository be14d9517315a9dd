// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/reduce.hpp"
#include "fused/op.hpp"

namespace nac::fw::fused {

/// Reductions of a sample's values and pooling.
class WindowOp final : public Op {
 public:
  enum class Kind : uint8_t {
    sum,             ///< times `factor` of each result: ReduceSum, ReduceMean, AveragePool
    largest,         ///< MaxPool: the first of equal maxima gets the gradient
    shared_largest,  ///< ReduceMax: equal maxima share it
  };
  WindowOp(Kind kind, Windows windows, std::vector<float> factor, int x_rows, Slot x, Slot y, bool x_wanted);
  void forward(const Tile &tile) override;
  void backward(const Tile &tile) override;

 private:
  Kind kind_;
  Windows windows_;
  std::vector<float> factor_;
  int x_rows_;
  bool each_once_;  ///< every row of x is a term of one window
};

}  // namespace nac::fw::fused
