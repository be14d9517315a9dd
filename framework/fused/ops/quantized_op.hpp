// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/wide_product.hpp"
#include "fused/op.hpp"
#include "fused/ops/exact_op.hpp"
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
    std::shared_ptr<const WideValue> x_wide;  ///< of an input that float32 may not hold; else null
    std::shared_ptr<WideValue> y_wide;        ///< of a result without a quantizer that is needed exactly; else null
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
  bool reads_wide() const { return layer_.x_wide && layer_.x_wide->used; }
  void prepare_wide();
  /// From an input in double precision.
  void forward_wide(float *z, float *y);
  float *bias_sum() { return has_bias_ ? bias_gradient_.data() : nullptr; }

  Layer layer_;
  Product product_;
  std::unique_ptr<WideProduct> wide_;  ///< once a step needed it
  Pointwise after_;
  int width_;
  Slot z_;
  bool has_bias_;
  AlignedFloats weights_, packed_, bias_, weights_gradient_, bias_gradient_;
  bool wide_now_ = false;  ///< double precision is needed in this step
  std::vector<double> wide_packed_, wide_bias_, sum_, rest_;
  AlignedFloats high_, low_;
};

}  // namespace nac::fw::fused
