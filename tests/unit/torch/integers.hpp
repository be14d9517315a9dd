// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models.hpp"

namespace test {

/// Evaluates the training form of a quantized graph by 64-bit integers and loops, one sample at a time: how the
/// document says it is to be, as plainly as possible. One input, one output, as float32.
std::vector<float> evaluate_integers(const Graph &graph, const Tensor &input);

/// How a test model is quantized.
struct Bits {
  int weight = 8, activation = 8;
  std::string rounding = "ROUND", overflow = "SAT";
  bool learned = false;     ///< activation scales by PowerOfTwo
  bool per_channel = true;  ///< weight scales
  bool fit = true;
  bool masks = true;
};

/// Builder of quantized models; data of masks and scales is there at once, that of parameters after initialize().
struct QuantBuilder : Builder {
  Bits bits;

  explicit QuantBuilder(const Bits &b) : bits(b) {}
  ValueId scalar(const std::string &name, float value);
  ValueId quant(const std::string &name, ValueId x, bool is_signed, int fraction);
  /// Quant(w) or Quant(Mul(w, mask)); channel: the axis of output channels.
  ValueId weight(const std::string &name, const Shape &shape, std::size_t channel);
  ValueId conv(const std::string &name, ValueId x, int64_t out, int64_t kernel, int64_t padding, bool bias = true);
  ValueId gemm(const std::string &name, ValueId x, int64_t out, bool bias = true);
  ValueId matmul(const std::string &name, ValueId x, int64_t out, bool bias = true);
};

/// Convolutions with and without normalization, LeakyRelu, dense layers; input [N, 1, 7, 7], 3 outputs.
ValueId quantized_cnn(QuantBuilder &b);
/// Pools, Concat, convolutions over two and one dimensions, uneven padding; input [N, 1, 8, 8], 3 outputs.
ValueId quantized_pools(QuantBuilder &b);
/// A set layer with normalization, attention with softmax, a residual sum, mean, tanh; input [N, 8, 3], 4 outputs.
ValueId quantized_set(QuantBuilder &b);
/// initialize(), values for normalizations, and fitted scales.
void initialize_quantized(QuantBuilder &b, uint64_t seed);

}  // namespace test
