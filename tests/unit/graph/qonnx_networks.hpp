// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "networks.hpp"

namespace nac::fw::testing {

/// Deployed form by hand: weights and biases hold the quantized values, every scale is a constant power of two.
class Quantized : public Net {
 public:
  explicit Quantized(const std::string &rounding = "ROUND") : rounding_(rounding) {}

  /// Quantizer of an activation, `width` bits with steps of 2^-fraction.
  ValueId quant(ValueId x, int width, int fraction, bool is_signed = true);
  /// The same with a scale per entry of dimension 1.
  ValueId quant_channels(ValueId x, int width, const std::vector<int> &fractions);
  /// Weight of random integers, 8 bits and narrow; fractions: one, or one per output channel (dimension 0).
  ValueId weight(const std::string &name, const Shape &shape, const std::vector<int> &fractions,
                 std::size_t channel_axis = 0);
  ValueId conv(const std::string &name, ValueId x, int64_t out, const Shape &kernel,
               std::map<std::string, Attribute> attributes = {});
  ValueId linear(const std::string &name, ValueId x, int64_t out);

 private:
  ValueId quantizer(ValueId x, const Tensor &scale, int width, bool is_signed, bool narrow,
                    const std::string &rounding);
  std::string rounding_;
  uint32_t state_ = 1;
};

/// Images: convolutions with per-channel scales, pooling, a residual, a second output that is an image.
Graph quantized_images(const std::string &rounding);
/// An image with attention over its pixels, as in BraggNN.
Graph quantized_attention(const std::string &rounding);
/// One-dimensional convolutions with a Gelu, and a mean over the positions.
Graph quantized_signal(const std::string &rounding);
/// Deep set: MatMul and Add on [N, 8, 3].
Graph quantized_set(const std::string &rounding);
/// Training form: batch normalization, masks, learned scales, fit, WRAP and AP_RND.
Graph training_form();

}  // namespace nac::fw::testing
