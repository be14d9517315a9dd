// SPDX-License-Identifier: Apache-2.0
#include "fused/ops/loss_ops.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "base/error.hpp"
#include "fused/kernels/move_rows.hpp"

namespace nac::fw::fused {
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

void CrossEntropyOp::refuse_labels(const Tile &tile) const {
  const int64_t *data = (*tile.batch->data)[labels_input_]->data<int64_t>();
  for (int i = 0; i < tile.samples; ++i)
    for (int p = 0; p < positions_; ++p) {
      const int64_t label = data[tile.order()[i] * positions_ + p];
      if (label < 0 || label >= classes_)
        throw Error(
            where + ": a label is " + std::to_string(label) + "; accepted are 0 to " + std::to_string(classes_ - 1),
            NAC_INVALID_ARGUMENT);
    }
  throw std::logic_error("a label is wrong, but none is");
}

void CrossEntropyOp::load_labels(const Tile &tile) {
  const int64_t *data = (*tile.batch->data)[labels_input_]->data<int64_t>(), *order = tile.order();
  labels_.resize(static_cast<std::size_t>(positions_) * static_cast<std::size_t>(tile.width));
  // No label is ignored: PyTorch's default of -100 would hide a wrong one.
  bool wrong = false;
  const auto classes = static_cast<uint64_t>(classes_);
  for (int p = 0; p < positions_; ++p) {
    int32_t *to = labels_.data() + static_cast<std::ptrdiff_t>(p) * tile.width;
    for (int i = 0; i < tile.samples; ++i) {
      const int64_t label = data[order[i] * positions_ + p];
      wrong |= static_cast<uint64_t>(label) >= classes;
      to[i] = static_cast<int32_t>(label);
    }
    std::fill(to + tile.samples, to + tile.width, kUnlabeled);
  }
  if (wrong) refuse_labels(tile);
}

double CrossEntropyOp::loss_and_gradient(const Tile &tile) {
  load_labels(tile);
  const bool wanted = gradients[0].wanted();
  if (wanted) gradient_.resize(static_cast<std::size_t>(classes_) * labels_.size());
  const auto weight = static_cast<float>(weight_ / static_cast<double>(tile.batch->samples * positions_));
  return cross_entropy(classes_, positions_, tile.value(reads[0]), labels_.data(), weight, tile.width,
                       wanted ? gradient_.data() : nullptr, nullptr);
}

void CrossEntropyOp::forward(const Tile &tile) {
  sum_ += loss_and_gradient(tile);
  known_ = tile.index;
}

void CrossEntropyOp::backward(const Tile &tile) {
  const GradientSlot &x = gradients[0];
  if (!x.wanted()) return;
  // A tile turns round right after the loss, so that it is there already.
  if (known_ != tile.index) loss_and_gradient(tile);
  known_ = -1;
  float *dx = tile.gradient(x.slot);
  if (x.add)
    add_rows(gradient_.data(), classes_ * positions_, dx, tile.width);
  else
    std::copy(gradient_.begin(), gradient_.end(), dx);
}

}  // namespace nac::fw::fused
