// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/table_op.hpp"

#include <algorithm>
#include <cmath>

#include "fixed/function_table.hpp"
#include "fused/kernels/move_rows.hpp"
#include "fused/weights/scales.hpp"

namespace nac::fw::fused {
namespace {

/// Which entry of a table belongs to `steps`, a whole number; what is no number gets the first.
std::size_t entry(double steps, std::size_t entries) {
  if (!(steps > 0)) return 0;
  return static_cast<std::size_t>(std::min(steps, static_cast<double>(entries - 1)));
}

}  // namespace

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
  const float *x = tile.value(reads[0]);
  float *y = tile.value(writes);
  const double inverse = std::ldexp(1.0, fraction_);
  const auto lowest = static_cast<double>(index_.type.lowest());
  const std::size_t count = static_cast<std::size_t>(slope_.rows.rows()) * static_cast<std::size_t>(tile.width);
  for (std::size_t i = 0; i < count; ++i)
    y[i] = table_[entry(static_cast<double>(x[i]) * inverse - lowest, table_.size())];
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
  const float *x = tile.value(reads[0]);
  float *y = tile.value(writes);
  const double inverse = std::ldexp(1.0, fraction_);
  const auto width = static_cast<std::size_t>(tile.width);
  const auto count = static_cast<std::size_t>(rows_.count), inner = static_cast<std::size_t>(rows_.inner);
  terms_.resize(count * width);
  std::vector<float> largest(width);
  std::vector<double> sum(width);
  for (std::size_t r = 0; r < static_cast<std::size_t>(rows_.outer) * inner; ++r) {
    const std::size_t first = (r / inner * count * inner + r % inner) * width, step = inner * width;
    std::copy_n(x + first, width, largest.begin());
    for (std::size_t i = 1; i < count; ++i)
      for (std::size_t lane = 0; lane < width; ++lane)
        largest[lane] = std::max(largest[lane], x[first + i * step + lane]);
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t lane = 0; lane < width; ++lane) {
        const double below = static_cast<double>(largest[lane]) - static_cast<double>(x[first + i * step + lane]);
        const double e = table_[entry(below * inverse, table_.size())];
        terms_[i * width + lane] = e;
        sum[lane] += e;
      }
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t lane = 0; lane < width; ++lane)
        y[first + i * step + lane] = static_cast<float>(terms_[i * width + lane] / sum[lane]);
  }
}

void SoftmaxTableOp::backward(const Tile &tile) {
  const GradientSlot &x = gradients[0];
  if (x.wanted())
    softmax_gradient(rows_, false, tile.value(writes), tile.gradient(writes), tile.gradient(x.slot), x.add, tile.width);
}

}  // namespace nac::fw::fused
