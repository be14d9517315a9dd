// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/loss_ops.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "fused/kernels/move_rows.hpp"

namespace nac::fw::fused {
namespace {

/// No label is ignored: PyTorch's default of -100 would hide a wrong one.
constexpr int64_t kIgnoreNone = std::numeric_limits<int64_t>::min();

}  // namespace

MeanOp::MeanOp(double weight, int rows, double divisor, bool over_batch, Slot x, bool x_wanted)
    : LossOp(weight), rows_(rows), divisor_(divisor), over_batch_(over_batch) {
  reads = {x};
  gradients = {{x_wanted ? x : kNoSlot}};
}

double MeanOp::factor(int64_t samples) const {
  return weight_ / (divisor_ * (over_batch_ ? static_cast<double>(samples) : 1.0));
}

void MeanOp::forward(const Tile &tile) {
  const float *x = tile.value(reads[0]);
  for (int r = 0; r < rows_; ++r, x += tile.width)
    for (int i = 0; i < tile.samples; ++i) sum_ += static_cast<double>(x[i]);
}

void MeanOp::backward(const Tile &tile) {
  const GradientSlot &x = gradients[0];
  if (!x.wanted()) return;
  const auto g = static_cast<float>(factor(tile.batch->samples));
  float *dx = tile.gradient(x.slot);
  for (int r = 0; r < rows_; ++r, dx += tile.width)
    for (int i = 0; i < tile.width; ++i) dx[i] = (x.add ? dx[i] : 0.0F) + (i < tile.samples ? g : 0.0F);
}

double MeanOp::loss() const { return sum_ * factor(samples_); }

CrossEntropyOp::CrossEntropyOp(double weight, int classes, int positions, std::size_t labels_input, Slot scores,
                               bool wanted)
    : LossOp(weight), classes_(classes), positions_(positions), labels_input_(labels_input) {
  reads = {scores};
  rereads = {scores};
  gradients = {{wanted ? scores : kNoSlot}};
}

void CrossEntropyOp::load_labels(const Tile &tile) {
  const int64_t *data = (*tile.batch->data)[labels_input_]->data<int64_t>(), *order = tile.order();
  labels_.assign(static_cast<std::size_t>(positions_) * static_cast<std::size_t>(tile.width), 0);
  for (int i = 0; i < tile.samples; ++i)
    for (int p = 0; p < positions_; ++p) {
      const int64_t label = data[order[i] * positions_ + p];
      if (label < 0 || label >= classes_)
        throw Error(
            where + ": a label is " + std::to_string(label) + "; accepted are 0 to " + std::to_string(classes_ - 1),
            NAC_INVALID_ARGUMENT);
      labels_[static_cast<std::size_t>(p * tile.width + i)] = label;
    }
}

void CrossEntropyOp::forward(const Tile &tile) {
  load_labels(tile);
  loaded_ = tile.index;
  sum_ += cross_entropy(classes_, positions_, tile.value(reads[0]), labels_.data(), kIgnoreNone, 0, tile.samples,
                        tile.width, nullptr, nullptr);
}

void CrossEntropyOp::backward(const Tile &tile) {
  const GradientSlot &x = gradients[0];
  if (!x.wanted()) return;
  // A tile turns round right after the loss, so that they are there already.
  if (loaded_ != tile.index) load_labels(tile);
  loaded_ = -1;
  const auto weight = static_cast<float>(weight_ / static_cast<double>(tile.batch->samples * positions_));
  const std::size_t count = static_cast<std::size_t>(classes_ * positions_) * static_cast<std::size_t>(tile.width);
  float *dx = tile.gradient(x.slot);
  const AlignedFloats before = x.add ? AlignedFloats(dx, dx + count) : AlignedFloats();
  cross_entropy(classes_, positions_, tile.value(reads[0]), labels_.data(), kIgnoreNone, weight, tile.samples,
                tile.width, dx, nullptr);
  if (x.add) add_rows(before.data(), classes_ * positions_, dx, tile.width);
}

}  // namespace nac::fw::fused
