// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/op.hpp"
#include "fused/ops/quantizer_step.hpp"

namespace nac::fw::fused {

/// Parameters of a BatchNormalization in a graph and its constants.
struct NormParameters {
  ValueId gamma = 0, beta = 0, mean = 0, variance = 0;
  double epsilon = 1e-5;
  double momentum = 0.1;  ///< share of the batch's statistics in the new running ones, as PyTorch counts it
};

/// Batch normalization by running statistics (inference), an activation, a quantizer: each optional.
class PointwiseOp final : public Op {
 public:
  struct Parts {
    ChannelRows rows;
    const NormParameters *norm = nullptr;  ///< null: none; copied
    Activation activation = Activation::none;
    float slope = 0;
    QuantizerStep quantizer;
  };
  PointwiseOp(const Parts &parts, Slot x, Slot y, bool x_wanted);

  void start(State &state) override;
  void forward(const Tile &tile) override;
  void backward(const Tile &tile) override;
  void finish(State &state) override { quantizer_.finish(state); }

 private:
  Pointwise pointwise_;
  QuantizerStep quantizer_;
  NormParameters norm_;
  AlignedFloats scale_, shift_;  ///< per channel; empty without a normalization
};

}  // namespace nac::fw::fused
