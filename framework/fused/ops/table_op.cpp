// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/table_op.hpp"

#include "fixed/function_table.hpp"
#include "fused/kernels/move_rows.hpp"
#include "fused/kernels/table.hpp"
#include "fused/weights/scales.hpp"

namespace nac::fw::fused {

TableOp::TableOp(std::string function, Activation activation, TableIndex index, int rows, Slot x, Slot y, bool x_wanted)
    : function_(std::move(function)), index_(index) {
  slope_.rows = {1, 1, rows};
  slope_.activation = activation;
  reads = {x};
  writes = y;
  rereads = {activation == Activation::gelu ? x : y};
  gradients = {{x_wanted ? x : kNoSlot}};
}

void TableOp::start(State &state) {
  const int fraction = fraction_of(state, index_.scale);
  if (!table_.empty() && fraction == fraction_) return;
  fraction_ = fraction;
  table_ = table_of(function_, fraction, index_.type.lowest(), index_.type.highest());
}

void TableOp::forward(const Tile &tile) {
  const IntegerTable<float> table{table_.data(), table_.size(), fraction_, static_cast<float>(index_.type.lowest())};
  const std::size_t count = static_cast<std::size_t>(slope_.rows.rows()) * static_cast<std::size_t>(tile.width);
  look_up(table, tile.value(reads[0]), tile.value(writes), count);
}

void TableOp::backward(const Tile &tile) {
  const GradientSlot &x = gradients[0];
  if (!x.wanted()) return;
  float *dy = tile.gradient(writes), *dx = x.add ? dy : tile.gradient(x.slot);
  if (slope_.activation == Activation::gelu) {
    slope_.backward(tile.value(reads[0]), dy, dx, nullptr, nullptr, tile.width);
  } else {
    activation_gradient(slope_.rows, slope_.activation, 0, tile.value(writes), dy, dx, nullptr, tile.width);
  }
  if (x.add) add_rows(dy, slope_.rows.rows(), tile.gradient(x.slot), tile.width);
}

SoftmaxTableOp::SoftmaxTableOp(const SoftmaxRows &rows, TableIndex index, Slot x, Slot y, bool x_wanted)
    : rows_(rows), index_(index) {
  reads = {x};
  writes = y;
  rereads = {y};
  gradients = {{x_wanted ? x : kNoSlot}};
}

void SoftmaxTableOp::start(State &state) {
  const int fraction = fraction_of(state, index_.scale);
  if (!table_.empty() && fraction == fraction_) return;
  fraction_ = fraction;
  const std::vector<int64_t> integers = softmax_table(fraction, index_.type.width);
  table_.assign(integers.begin(), integers.end());
}

void SoftmaxTableOp::forward(const Tile &tile) {
  const IntegerTable<int32_t> table{table_.data(), table_.size(), fraction_, 0};
  softmax_by_table(rows_, table, tile.value(reads[0]), tile.value(writes), tile.width);
}

void SoftmaxTableOp::backward(const Tile &tile) {
  const GradientSlot &x = gradients[0];
  if (x.wanted())
    softmax_gradient(rows_, false, tile.value(writes), tile.gradient(writes), tile.gradient(x.slot), x.add, tile.width);
}

}  // namespace nac::fw::fused
