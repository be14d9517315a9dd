// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/softmax.hpp"
#include "fused/op.hpp"

namespace nac::fw::fused {

/// A term of the loss: `weight` times the mean over the batch of something. loss() is of the batch that went last.
class LossOp : public Op {
 public:
  explicit LossOp(double weight) : weight_(weight) {}
  void start(State &) override { sum_ = 0; }
  void forward_done(Storage &, const Batch &batch) override { samples_ = batch.samples; }
  virtual double loss() const = 0;

 protected:
  double weight_, sum_ = 0;
  int64_t samples_ = 0;
};

/// The mean of all elements of a value (or their sum over a sample's elements, averaged over the batch).
class MeanOp final : public LossOp {
 public:
  /// `divisor`: elements of a sample that the mean is over; `over_batch` false: a sum over the samples.
  MeanOp(double weight, int rows, double divisor, bool over_batch, Slot x, bool x_wanted);
  void forward(const Tile &tile) override;
  void backward(const Tile &tile) override;
  double loss() const override;

 private:
  double factor(int64_t samples) const;
  int rows_;
  double divisor_;
  bool over_batch_;
};

/// SoftmaxCrossEntropyLoss, the mean over all labels, which are int64.
class CrossEntropyOp final : public LossOp {
 public:
  CrossEntropyOp(double weight, int classes, int positions, std::size_t labels_input, Slot scores, bool wanted);
  void forward(const Tile &tile) override;
  void backward(const Tile &tile) override;
  double loss() const override { return weight_ * sum_ / static_cast<double>(samples_ * positions_); }

 private:
  void load_labels(const Tile &tile);
  [[noreturn]] void refuse_labels(const Tile &tile) const;
  double loss_and_gradient(const Tile &tile);
  int classes_, positions_;
  std::size_t labels_input_;
  std::vector<int32_t, AlignedAllocator<int32_t>> labels_;  ///< [positions][width] of one tile
  AlignedFloats gradient_;                                  ///< of the scores, likewise
  int known_ = -1;  ///< the tile that forward() saw last: its gradient costs nothing more
};

}  // namespace nac::fw::fused
