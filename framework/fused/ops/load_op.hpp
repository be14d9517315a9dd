// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/op.hpp"

namespace nac::fw::fused {

/// Brings the samples of a graph input into rows.
class LoadOp final : public Op {
 public:
  /// `input`: position among the graph's inputs.
  LoadOp(std::size_t input, int rows, Slot y) : input_(input), rows_(rows) {
    writes = y;
    loads = true;
  }
  void forward(const Tile &tile) override;

 private:
  std::size_t input_;
  int rows_;
};

}  // namespace nac::fw::fused
