// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/wide_product.hpp"
#include "fused/op.hpp"
#include "fused/ops/quantizer_step.hpp"
#include "fused/weights/quantized_weights.hpp"

namespace nac::fw::fused {

/// A quantized layer with frozen statistics, its activation and quantizer: integers as floats, exactly. Where float32
/// cannot hold the sums of the layer with the weights of a step, they are computed in double precision.
class QuantizedOp final : public Op {
 public:
  struct Layer {
    ProductShape shape;
    std::unique_ptr<QuantizedWeights> weights;
    Activation activation = Activation::none;
    float slope = 0;
    QuantizerStep quantizer;
  };
  /// z: rows for what comes before activation and quantizer.
  QuantizedOp(Layer layer, Slot x, Slot z, Slot y, bool x_wanted, int width);

  void start(State &state) override;
  void forward(const Tile &tile) override;
  void backward(const Tile &tile) override;
  void backward_done(Storage &storage, const Batch &batch) override;
  void finish(State &state) override;
  std::size_t scratch() const override { return product_.scratch(); }

 private:
  float *bias_sum() { return has_bias_ ? bias_gradient_.data() : nullptr; }

  Layer layer_;
  Product product_;
  std::unique_ptr<WideProduct> wide_;  ///< once a step needed it
  Pointwise after_;
  int width_;
  Slot z_;
  bool has_bias_;
  AlignedFloats weights_, packed_, bias_, weights_gradient_, bias_gradient_;
  std::vector<double> wide_packed_;
};

}  // namespace nac::fw::fused
