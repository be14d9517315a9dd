// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/pointwise.hpp"
#include "fused/kernels/product.hpp"
#include "fused/op.hpp"
#include "fused/weights/layer_weights.hpp"

namespace nac::fw::fused {

/// Which rows of a layer's result belong to which of its channels.
ChannelRows channel_rows(const ProductShape &shape, int positions);
/// Whether the sums at the end of a weight's gradient over one tile would cost as much as its products: it is then
/// taken over all tiles at once.
bool few_columns(int positions, int width);

/// A layer: Conv, Gemm or MatMul with its bias, and an activation whose gradient can be told from its result.
class ProductOp final : public Op {
 public:
  struct Layer {
    ProductShape shape;
    std::unique_ptr<LayerWeights> weights;
    Activation activation = Activation::none;
    float slope = 0;
    bool moving = false;  ///< see LayerWeights::prepare
    /// Batch statistics per channel follow, so that the bias has no effect on the loss: its gradient is 0, not the
    /// rounding errors of a sum, which Adam would turn into steps of full size.
    bool bias_cancels = false;
  };
  ProductOp(Layer layer, Slot x, Slot y, bool x_wanted, int width);

  void start(State &state) override;
  void forward(const Tile &tile) override;
  void backward(const Tile &tile) override;
  void backward_done(Storage &storage, const Batch &batch) override;
  void finish(State &state) override;
  std::size_t scratch() const override { return product_.scratch(); }

 private:
  float *bias_sum() { return has_bias_ && !layer_.bias_cancels ? bias_gradient_.data() : nullptr; }
  float *bias() { return has_bias_ ? bias_.data() : nullptr; }

  Layer layer_;
  Product product_;
  ChannelRows rows_;
  bool has_bias_ = false;
  AlignedFloats weights_, packed_, bias_, weights_gradient_, bias_gradient_;
};

}  // namespace nac::fw::fused
