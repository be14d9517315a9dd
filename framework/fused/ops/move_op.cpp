// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/move_op.hpp"

#include <algorithm>

#include "fused/kernels/move_rows.hpp"

namespace nac::fw::fused {

MoveOp::MoveOp(std::vector<Part> parts, Slot y) : parts_(std::move(parts)) {
  writes = y;
  for (const Part &p : parts_) {
    reads.push_back(p.x);
    gradients.push_back({p.wanted ? p.x : kNoSlot});
  }
}

void MoveOp::forward(const Tile &tile) {
  float *y = tile.value(writes);
  for (const Part &p : parts_) {
    const float *x = tile.value(p.x);
    for (std::size_t i = 0; i < p.to.size(); ++i)
      std::copy_n(x + static_cast<std::ptrdiff_t>(i) * tile.width, tile.width,
                  y + static_cast<std::ptrdiff_t>(p.to[i]) * tile.width);
  }
}

void MoveOp::backward(const Tile &tile) {
  for (std::size_t k = 0; k < parts_.size(); ++k) {
    const GradientSlot &x = gradients[k];
    if (!x.wanted()) continue;
    const int rows = static_cast<int>(parts_[k].to.size());
    const float *dy = tile.gradient(writes);
    float *dx = tile.gradient(x.slot);
    if (!x.add) {
      gather_rows(dy, parts_[k].to.data(), rows, dx, tile.width);
      continue;
    }
    for (int i = 0; i < rows; ++i)
      add_rows(dy + static_cast<std::ptrdiff_t>(parts_[k].to[static_cast<std::size_t>(i)]) * tile.width, 1,
               dx + static_cast<std::ptrdiff_t>(i) * tile.width, tile.width);
  }
}

}  // namespace nac::fw::fused
