// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <random>

#include "../graph/networks.hpp"

namespace nac::fw::testing {

struct QuantOptions {
  int width = 8;
  int fraction = 4;
  bool is_signed = true, narrow = false;
  const char *rounding = "ROUND";
  const char *overflow = "SAT";
};

/// Quantized layers with weights from a generator.
class QuantizedNet : public Net {
 public:
  explicit QuantizedNet(uint32_t seed) : random(seed) {}
  std::mt19937 random;

  float uniform(float low, float high) { return std::uniform_real_distribution<float>(low, high)(random); }
  int64_t integer(int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(random); }
  ValueId scalar(float x) { return graph.add_constant("", Tensor::of<float>({1}, {x})); }

  ValueId quant(ValueId x, ValueId scale, const QuantOptions &o, bool fit = false) {
    return graph
        .node(graph.add_node(NAC_DOMAIN_QONNX, "Quant", {x, scale, scalar(0), scalar(static_cast<float>(o.width))},
                             {{"signed", int64_t{o.is_signed}},
                              {"narrow", int64_t{o.narrow}},
                              {"rounding_mode", std::string(o.rounding)},
                              {"overflow_mode", std::string(o.overflow)},
                              {"fit", int64_t{fit}}}))
        .outputs[0];
  }
  ValueId quant(ValueId x, const QuantOptions &o = {}) { return quant(x, scalar(std::ldexp(1.0F, -o.fraction)), o); }

  ValueId filled(const std::string &name, const Shape &shape, float low, float high) {
    const ValueId id = graph.add_parameter(name, shape, {});
    Tensor t(DType::f32, shape);
    for (int64_t i = 0; i < t.elements(); ++i) t.mutable_data<float>()[i] = uniform(low, high);
    graph.set_data(id, t);
    return id;
  }

  /// The quantized weight of a layer; `channels` its axis, -1: one scale for all. `density` < 1 masks.
  ValueId weight(const std::string &name, const Shape &shape, int width, int fraction, int channels = -1,
                 float density = 1) {
    const float range = std::ldexp(1.0F, width - 1 - fraction);
    ValueId w = filled(name + ".weight", shape, -range, range);
    if (density < 1) {
      Tensor mask(DType::f32, shape);
      for (int64_t i = 0; i < mask.elements(); ++i) mask.mutable_data<float>()[i] = uniform(0, 1) < density ? 1 : 0;
      w = node("Mul", {w, graph.add_constant(name + ".weight.mask", mask)});
    }
    Shape scales{1};
    if (channels >= 0) {
      scales.assign(shape.size(), 1);
      scales[static_cast<std::size_t>(channels)] = shape[static_cast<std::size_t>(channels)];
    }
    Tensor scale(DType::f32, scales);
    for (int64_t i = 0; i < scale.elements(); ++i)
      scale.mutable_data<float>()[i] =
          std::ldexp(1.0F, -fraction - static_cast<int>(channels < 0 ? 0 : integer(-1, 2)));
    return quant(w, graph.add_constant("", scale), {width, fraction, true, true});
  }
  ValueId dense(const std::string &name, ValueId x, int64_t out, int width = 8, int fraction = 7,
                bool per_channel = true, float density = 1) {
    const int64_t in = shape(x).back();
    if (shape(x).size() == 2)
      return node("Gemm",
                  {x, weight(name, {out, in}, width, fraction, per_channel ? 0 : -1, density),
                   filled(name + ".bias", {out}, -1, 1)},
                  {{"transB", int64_t{1}}});
    const ValueId product =
        node("MatMul", {x, weight(name, {in, out}, width, fraction, per_channel ? 1 : -1, density)});
    return node("Add", {product, filled(name + ".bias", {out}, -1, 1)});
  }
  ValueId convolution(const std::string &name, ValueId x, int64_t out, int64_t kernel,
                      std::map<std::string, Attribute> attributes = {}, int width = 8, int fraction = 7) {
    Shape w{out, shape(x)[1]};
    for (std::size_t d = 2; d < shape(x).size(); ++d) w.push_back(kernel);
    return node("Conv", {x, weight(name, w, width, fraction, 0), filled(name + ".bias", {out}, -1, 1)},
                std::move(attributes));
  }
  /// With statistics as after some training.
  ValueId norm(const std::string &name, ValueId x) {
    const int64_t c = shape(x)[1];
    const auto constant = [&](const std::string &part, float low, float high) {
      Tensor t(DType::f32, {c});
      for (int64_t i = 0; i < c; ++i) t.mutable_data<float>()[i] = uniform(low, high);
      return graph.add_constant(name + part, t);
    };
    return node("BatchNormalization", {x, filled(name + ".weight", {c}, 0.5F, 1.5F), filled(name + ".bias", {c}, -1, 1),
                                       constant(".running_mean", -1, 1), constant(".running_var", 0.5F, 2)});
  }
  ValueId norm_set(const std::string &name, ValueId x) {
    const Shape perm{0, 2, 1};
    return node("Transpose", {norm(name, node("Transpose", {x}, {{"perm", perm}}))}, {{"perm", perm}});
  }

  /// Random rows and, behind them, rows of the lowest and highest numbers and of ties of the grid 2^-fraction.
  Tensor rows(ValueId input, int64_t count, float range = 10, int fraction = 4) {
    Shape s = shape(input);
    s[0] = count + 4;
    Tensor t(DType::f32, s);
    const int64_t row = t.elements() / s[0];
    float *x = t.mutable_data<float>();
    for (int64_t i = 0; i < count * row; ++i) x[i] = uniform(-range, range);
    const float half = std::ldexp(0.5F, -fraction);
    for (int64_t i = 0; i < row; ++i) {
      x[count * row + i] = -1e30F;
      x[(count + 1) * row + i] = 1e30F;
      x[(count + 2) * row + i] = static_cast<float>(2 * integer(-20, 20) + 1) * half;
      x[(count + 3) * row + i] = i % 2 == 0 ? 1e30F : -1e30F;
    }
    return t;
  }
};

}  // namespace nac::fw::testing
