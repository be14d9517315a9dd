// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/normalize.hpp"
#include "fused/op.hpp"
#include "fused/ops/pointwise_op.hpp"

namespace nac::fw::fused {

/// First half of a batch normalization by the statistics of the batch: gathers them, and turns the sums that the second
/// half gathers on the way back into the gradient of the input. Running statistics change in finish(), the variance
/// being the unbiased one as in PyTorch.
class NormStatistics final : public Op {
 public:
  NormStatistics(const NormParameters &parameters, const ChannelRows &rows, Slot x, Slot y, bool x_wanted);

  void start(State &state) override;
  void forward(const Tile &tile) override;
  void forward_done(Storage &, const Batch &batch) override;
  void backward(const Tile &tile) override;
  void finish(State &state) override;

  const ChannelRows &rows() const { return rows_; }

 private:
  friend class NormApply;

  NormParameters parameters_;
  ChannelRows rows_;
  Slot y_;
  std::vector<Moments> moments_;
  std::vector<double> sum_, product_;                            ///< of the gradient, and of it times the normalized x
  AlignedFloats gamma_, beta_, mean_, inverse_, scale_, shift_;  ///< per channel; scale and shift: of the forward pass
  AlignedFloats from_gradient_, from_x_, constant_;              ///< per channel, of the gradient of x
};

/// Second half: normalizes, then an activation and a quantizer.
class NormApply final : public Op {
 public:
  /// `after`: activation and quantizer; its rows are taken from `statistics`.
  NormApply(NormStatistics *statistics, const PointwiseOp::Parts &after, Slot x, Slot y);

  void start(State &state) override;
  void forward(const Tile &tile) override;
  void backward(const Tile &tile) override;
  void backward_done(Storage &, const Batch &batch) override;
  void finish(State &state) override { quantizer_.finish(state); }

 private:
  NormStatistics *statistics_;
  Pointwise pointwise_;
  QuantizerStep quantizer_;
};

}  // namespace nac::fw::fused
