// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/matmul.hpp"
#include "fused/op.hpp"

namespace nac::fw::fused {

/// MatMul of two values of each sample: y[b] (m x n) = a[b] (m x k) b[b] (k x n).
class MatMulOp final : public Op {
 public:
  struct Shape {
    int batches = 1, m = 0, n = 0, k = 0;
    MatrixRows a, b, y;
  };
  MatMulOp(const Shape &shape, Slot a, Slot b, Slot y, bool a_wanted, bool b_wanted) : shape_(shape) {
    reads = {a, b};
    writes = y;
    rereads = {a, b};
    gradients = {{a_wanted ? a : kNoSlot}, {b_wanted ? b : kNoSlot}};
  }
  void forward(const Tile &tile) override {
    const Shape &s = shape_;
    multiply(s.batches, s.m, s.n, s.k, s.a, s.b, s.y, tile.value(reads[0]), tile.value(reads[1]), tile.value(writes),
             false, tile.width);
  }
  void backward(const Tile &tile) override {
    const Shape &s = shape_;
    const float *dy = tile.gradient(writes);
    const auto transposed = [](const MatrixRows &m) { return MatrixRows{m.batch, m.column, m.row}; };
    if (gradients[0].wanted())
      multiply(s.batches, s.m, s.k, s.n, s.y, transposed(s.b), s.a, dy, tile.value(reads[1]),
               tile.gradient(gradients[0].slot), gradients[0].add, tile.width);
    if (gradients[1].wanted())
      multiply(s.batches, s.k, s.n, s.m, transposed(s.a), s.y, s.b, tile.value(reads[0]), dy,
               tile.gradient(gradients[1].slot), gradients[1].add, tile.width);
  }

 private:
  Shape shape_;
};

}  // namespace nac::fw::fused
