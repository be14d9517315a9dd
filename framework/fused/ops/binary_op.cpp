// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/binary_op.hpp"

#include <algorithm>

#include "fused/kernels/move_rows.hpp"

namespace nac::fw::fused {
namespace {

bool in_order(const std::vector<int> &rows, int count) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i] != static_cast<int>(i)) return false;
  return static_cast<int>(rows.size()) == count;
}

}  // namespace

BinaryOp::BinaryOp(Binary op, BinaryOperand a, BinaryOperand b, Slot y)
    : op_(op), operands_{std::move(a), std::move(b)} {
  writes = y;
  for (std::size_t i = 0; i < 2; ++i) {
    const BinaryOperand &o = operands_[i];
    if (o.slot != kNoSlot) {
      reads.push_back(o.slot);
      rereads.push_back(o.slot);
    } else {
      tensors_[i].resize(static_cast<std::size_t>(o.count));
      tensor_gradients_[i].resize(static_cast<std::size_t>(o.count));
    }
    gradients.push_back({o.slot != kNoSlot && o.wanted ? o.slot : kNoSlot});
    passes_[i] = op == Binary::add && o.slot != kNoSlot && in_order(o.side.row, o.count);
  }
}

void BinaryOp::start(State &state) {
  for (std::size_t i = 0; i < 2; ++i) {
    if (operands_[i].tensor == 0) continue;
    std::copy_n(state.value(operands_[i].tensor), tensors_[i].size(), tensors_[i].data());
    std::fill(tensor_gradients_[i].begin(), tensor_gradients_[i].end(), 0.0F);
  }
}

const float *BinaryOp::data(std::size_t side, const Tile &tile) const {
  return operands_[side].slot != kNoSlot ? tile.value(operands_[side].slot) : tensors_[side].data();
}

void BinaryOp::forward(const Tile &tile) {
  binary(op_, operands_[0].side, operands_[1].side, data(0, tile), data(1, tile), tile.value(writes), tile.width);
}

void BinaryOp::backward(const Tile &tile) {
  for (std::size_t i = 0; i < 2; ++i) {
    const BinaryOperand &o = operands_[i];
    if (!o.wanted) continue;
    float *to = tensor_gradients_[i].data();
    if (o.slot != kNoSlot) {
      to = tile.gradient(o.slot);
      if (passes_[i]) {
        const float *dy = tile.gradient(writes);
        if (gradients[i].add)
          add_rows(dy, o.count, to, tile.width);
        else
          std::copy_n(dy, static_cast<std::ptrdiff_t>(o.count) * tile.width, to);
        continue;
      }
      if (!gradients[i].add) fill_rows(0, o.count, to, tile.width);
    }
    binary_gradient(op_, static_cast<int>(i), operands_[0].side, operands_[1].side, data(0, tile), data(1, tile),
                    tile.gradient(writes), to, tile.width);
  }
}

void BinaryOp::finish(State &state) {
  for (std::size_t i = 0; i < 2; ++i) {
    float *to = operands_[i].tensor != 0 && operands_[i].wanted ? state.gradient(operands_[i].tensor) : nullptr;
    if (to == nullptr) continue;
    for (std::size_t k = 0; k < tensor_gradients_[i].size(); ++k) to[k] += tensor_gradients_[i][k];
  }
}

}  // namespace nac::fw::fused
