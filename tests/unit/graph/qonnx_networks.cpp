// SPDX-License-Identifier: Apache-2.0
#include "qonnx_networks.hpp"

#include <cmath>

namespace nac::fw::testing {
namespace {

Tensor steps(const Shape &shape, const std::vector<int> &fractions) {
  Tensor t(DType::f32, shape);
  for (std::size_t i = 0; i < fractions.size(); ++i) t.mutable_data<float>()[i] = std::ldexp(1.0F, -fractions[i]);
  return t;
}

}  // namespace

ValueId Quantized::quantizer(ValueId x, const Tensor &scale, int width, bool is_signed, bool narrow,
                             const std::string &rounding) {
  const auto one = [&](float v) { return graph.add_constant("", Tensor::of<float>({1}, {v})); };
  return graph
      .node(graph.add_node(NAC_DOMAIN_QONNX, "Quant",
                           {x, graph.add_constant("", scale), one(0), one(static_cast<float>(width))},
                           {{"signed", int64_t{is_signed}}, {"narrow", int64_t{narrow}}, {"rounding_mode", rounding}}))
      .outputs[0];
}

ValueId Quantized::quant(ValueId x, int width, int fraction, bool is_signed) {
  return quantizer(x, steps({1}, {fraction}), width, is_signed, false, rounding_);
}

ValueId Quantized::quant_channels(ValueId x, int width, const std::vector<int> &fractions) {
  Shape dims(shape(x).size(), 1);
  dims[1] = static_cast<int64_t>(fractions.size());
  return quantizer(x, steps(dims, fractions), width, true, false, rounding_);
}

ValueId Quantized::weight(const std::string &name, const Shape &dims, const std::vector<int> &fractions,
                          std::size_t channel_axis) {
  const ValueId w = parameter(name, dims);
  Tensor data(DType::f32, dims);
  int64_t inner = 1;
  for (std::size_t d = channel_axis + 1; d < dims.size(); ++d) inner *= dims[d];
  for (int64_t i = 0; i < data.elements(); ++i) {
    state_ = state_ * 1664525U + 1013904223U;
    const auto integer = static_cast<float>(static_cast<int>(state_ >> 24) - 128 + (state_ >> 31 == 0 ? 1 : 0));
    const auto channel = static_cast<std::size_t>(i / inner % dims[channel_axis]);
    data.mutable_data<float>()[i] = std::ldexp(integer, -fractions[fractions.size() == 1 ? 0 : channel]);
  }
  graph.set_data(w, data);
  Shape scale{1};
  if (fractions.size() > 1) {
    scale.assign(dims.size(), 1);
    scale[channel_axis] = dims[channel_axis];
  }
  return quantizer(w, steps(scale, fractions), 8, true, true, "ROUND");
}

ValueId Quantized::conv(const std::string &name, ValueId x, int64_t out, const Shape &kernel,
                        std::map<std::string, Attribute> attributes) {
  Shape dims{out, shape(x)[1]};
  dims.insert(dims.end(), kernel.begin(), kernel.end());
  std::vector<int> fractions;
  for (int64_t c = 0; c < out; ++c) fractions.push_back(static_cast<int>(7 + c % 3));
  return node("Conv", {x, weight(name + ".weight", dims, fractions), weight(name + ".bias", {out}, {6})},
              std::move(attributes));
}

ValueId Quantized::linear(const std::string &name, ValueId x, int64_t out) {
  const int64_t in = shape(x).back();
  const ValueId bias = weight(name + ".bias", {out}, {7});
  if (shape(x).size() == 2)
    return node("Gemm", {x, weight(name + ".weight", {out, in}, {8}), bias}, {{"transB", int64_t{1}}});
  return node("Add", {node("MatMul", {x, weight(name + ".weight", {in, out}, {8}, 1)}), bias});
}

Graph quantized_images(const std::string &rounding) {
  Quantized n(rounding);
  ValueId x = n.quant(n.input({2, 9, 8}), 8, 6);
  x = n.conv("first", x, 4, {3, 3}, {{"strides", Shape{1, 1}}, {"pads", Shape{1, 0, 2, 1}}});
  x = n.quant_channels(n.node("LeakyRelu", {x}, {{"alpha", 0.0078125F}}), 8, {4, 5, 6, 4});
  const ValueId pooled = n.node("MaxPool", {x}, {{"kernel_shape", Shape{2, 2}}, {"strides", Shape{2, 2}}});
  const ValueId y = n.quant(n.node("Relu", {n.conv("second", pooled, 4, {1, 1})}), 7, 4, false);
  const ValueId offset = n.graph.add_constant("offset", Tensor::of<float>({4, 1, 1}, {0.5, -1, 0.25, 2}));
  const ValueId sum = n.quant(n.node("Add", {n.node("Add", {y, pooled}), offset}), 9, 5);
  const ValueId both = n.node("Concat", {sum, y}, {{"axis", int64_t{1}}});
  const ValueId mean = n.node("AveragePool", {both}, {{"kernel_shape", Shape{2, 1}}});
  const ValueId features = n.quant(n.node("ReduceSum", {mean}, {{"axes", Shape{3}}, {"keepdims", int64_t{0}}}), 8, 2);
  n.graph.add_output("scores", n.linear("fc", n.node("Flatten", {features}), 3));
  n.graph.add_output("image", n.conv("head", sum, 2, {1, 1}));
  return n.graph;
}

Graph quantized_attention(const std::string &rounding) {
  Quantized n(rounding);
  const ValueId x = n.quant(n.conv("stem", n.quant(n.input({1, 6, 5}), 8, 6), 4, {3, 3}), 8, 5);
  const Shape swap{0, 2, 1};
  const auto flat = [&](const char *part) { return n.reshape(n.quant(n.conv(part, x, 3, {1, 1}), 8, 5), {3, 12}); };
  const ValueId q = n.node("Transpose", {flat("q")}, {{"perm", swap}});
  const ValueId k = flat("k");
  const ValueId v = n.node("Transpose", {flat("v")}, {{"perm", swap}});
  const ValueId share = n.quant(n.node("Softmax", {n.quant(n.node("MatMul", {q, k}), 8, 4)}), 8, 8, false);
  const ValueId mixed = n.quant(n.node("MatMul", {share, v}), 8, 5);
  const ValueId map = n.reshape(n.node("Transpose", {mixed}, {{"perm", swap}}), {3, 4, 3});
  const ValueId sum = n.quant(n.node("Add", {x, n.conv("proj", map, 4, {1, 1})}), 8, 4);
  n.graph.add_output("peak",
                     n.linear("fc", n.node("Flatten", {n.node("LeakyRelu", {sum}, {{"alpha", 0.0078125F}})}), 2));
  return n.graph;
}

Graph quantized_signal(const std::string &rounding) {
  Quantized n(rounding);
  ValueId x = n.quant(n.input({3, 12}), 8, 6);
  x = n.quant(n.node("Gelu", {n.quant(n.conv("a", x, 5, {3}), 8, 4)}), 7, 3);
  x = n.quant(n.node("Relu", {n.conv("b", x, 4, {3})}), 8, 3, false);
  x = n.node("ReduceMean", {x}, {{"axes", Shape{2}}, {"keepdims", int64_t{0}}});
  n.graph.add_output("y", n.linear("fc", n.quant(x, 8, 4), 2));
  return n.graph;
}

Graph quantized_set(const std::string &rounding) {
  Quantized n(rounding);
  ValueId x = n.quant(n.input({8, 3}), 8, 6);
  x = n.quant(n.node("Relu", {n.linear("phi", x, 6)}), 8, 5, false);
  x = n.quant(n.node("ReduceMean", {x}, {{"axes", Shape{1}}, {"keepdims", int64_t{0}}}), 8, 5);
  n.graph.add_output("scores", n.linear("rho", x, 5));
  return n.graph;
}

Graph training_form() {
  Net n;
  const auto one = [&](const char *name, float v) { return n.graph.add_constant(name, Tensor::of<float>({1}, {v})); };
  const ValueId zero = one("zero", 0), bits = one("bits", 6);
  const auto quant = [&](ValueId x, ValueId scale, std::map<std::string, Attribute> attributes) {
    return n.graph.node(n.graph.add_node(NAC_DOMAIN_QONNX, "Quant", {x, scale, zero, bits}, std::move(attributes)))
        .outputs[0];
  };
  const ValueId t = n.parameter("t", {1});
  const ValueId learned = n.graph.node(n.graph.add_node(NAC_DOMAIN_NAC, "PowerOfTwo", {t})).outputs[0];
  const ValueId mask = n.graph.add_constant("c.weight.mask", Tensor::of<float>({2, 1, 1, 1}, {1, 0}));
  const ValueId w = quant(n.node("Mul", {n.parameter("c.weight", {2, 1, 1, 1}), mask}), one("w_scale", 0.25F),
                          {{"narrow", int64_t{1}}, {"fit", int64_t{1}}});
  const ValueId x = quant(n.input({1, 3, 3}), one("x_scale", 0.125F), {{"rounding_mode", std::string("AP_RND")}});
  const ValueId y = n.node("Relu", {n.batch_norm("bn", n.node("Conv", {x, w, n.parameter("c.bias", {2})}))});
  n.graph.add_output(
      "y", n.node("Flatten", {quant(y, learned, {{"signed", int64_t{0}}, {"overflow_mode", std::string("WRAP")}})}));
  initialize(n.graph, 3);
  return n.graph;
}

}  // namespace nac::fw::testing
