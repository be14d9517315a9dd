// SPDX-License-Identifier: Apache-2.0
#include "verify/probe_networks.hpp"

#include <cmath>
#include <limits>

#include "fixed/deploy.hpp"
#include "nac/cpp/rng.hpp"
#include "nac/graph.h"
#include "verify/probe_model.hpp"

namespace nac::fw::verify {

namespace {

constexpr int kWidth = 6, kFraction = 3;  ///< of activations
constexpr int64_t kRandomRows = 16;

/// A network in training form, under construction.
class Builder {
 public:
  explicit Builder(uint64_t seed) : seed_(seed) {}
  Graph graph;

  ValueId node(const char *op, const std::vector<ValueId> &in, std::map<std::string, Attribute> attributes = {}) {
    return graph.node(graph.add_node("", op, in, std::move(attributes))).outputs[0];
  }
  ValueId quant(ValueId x, int width, int fraction, bool is_signed, bool narrow = false) {
    return graph
        .node(graph.add_node(NAC_DOMAIN_QONNX, "Quant",
                             {x, scalar(std::ldexp(1.0F, -fraction)), scalar(0), scalar(static_cast<float>(width))},
                             {{"signed", int64_t{is_signed}},
                              {"narrow", int64_t{narrow}},
                              {"rounding_mode", std::string("ROUND")},
                              {"overflow_mode", std::string("SAT")}}))
        .outputs[0];
  }
  ValueId input(const Shape &shape) {
    return quant(graph.add_input("x", DType::f32, shape), kWidth + 2, kFraction + 1, true);
  }
  ValueId rectified(ValueId x) { return quant(node("Relu", {x}), kWidth, kFraction, false); }
  ValueId dense(const std::string &name, ValueId x, int64_t out) {
    return node("Gemm", {x, weight(name, {out, graph.value(x).shape.at(1)}), parameter(name + ".bias", {out})},
                {{"transB", int64_t{1}}});
  }
  ValueId convolution(const std::string &name, ValueId x, int64_t out) {
    return node("Conv", {x, weight(name, {out, graph.value(x).shape.at(1), 3, 3}), parameter(name + ".bias", {out})},
                {{"kernel_shape", std::vector<int64_t>{3, 3}}});
  }
  ValueId normalized(ValueId x) {
    const int64_t c = graph.value(x).shape.at(1);
    const std::vector<float> ones(static_cast<std::size_t>(c), 1.0F);
    return node("BatchNormalization", {x, parameter("norm.weight", {c}), parameter("norm.bias", {c}),
                                       graph.add_constant("norm.running_mean", Tensor(DType::f32, {c})),
                                       graph.add_constant("norm.running_var", Tensor::of({c}, ones))});
  }

 private:
  ValueId scalar(float x) { return graph.add_constant("", Tensor::of<float>({1}, {x})); }
  ValueId parameter(const std::string &name, const Shape &shape) {
    const ValueId id = graph.add_parameter(name, shape, {});
    nac::rng random(nac::stream_key(seed_, next_++));
    Tensor data(DType::f32, shape);
    for (int64_t i = 0; i < data.elements(); ++i)
      data.mutable_data<float>()[i] = static_cast<float>(random.uniform(-1, 1));
    graph.set_data(id, std::move(data));
    return id;
  }
  ValueId weight(const std::string &name, const Shape &shape) {
    return quant(parameter(name + ".weight", shape), kWidth, kWidth - 1, true, true);
  }

  uint64_t seed_, next_ = 0;
};

Graph two_layers(uint64_t seed, bool normalized) {
  Builder b(seed);
  ValueId h = b.dense("fc0", b.input({-1, 5}), 6);
  if (normalized) h = b.normalized(h);
  b.graph.add_output("scores", b.dense("fc1", b.rectified(h), 3));
  return b.graph;
}

Graph convolution(uint64_t seed) {
  Builder b(seed);
  ValueId h = b.rectified(b.convolution("conv", b.input({-1, 1, 6, 6}), 2));
  h = b.node("MaxPool", {h}, {{"kernel_shape", std::vector<int64_t>{2, 2}}, {"strides", std::vector<int64_t>{2, 2}}});
  b.graph.add_output("scores", b.dense("fc", b.node("Flatten", {h}), 3));
  return b.graph;
}

}  // namespace

Graph probe_layer(uint64_t seed, int64_t factor) {
  Builder b(seed);
  b.graph.add_output("scores", b.dense("fc", b.input({-1, 4 * factor}), 3 * factor));
  return deploy(b.graph);
}

std::vector<ProbeNetwork> probe_networks(uint64_t seed) {
  return {{"one layer", probe_layer(seed, 1), true},
          {"two layers", deploy(two_layers(seed, false)), true},
          {"convolution", deploy(convolution(seed)), true},
          {"training form", two_layers(seed, true), false},
          {"float", probe_model(seed), false}};
}

std::vector<Tensor> probe_rows(const Graph &network, uint64_t seed) {
  std::vector<Tensor> inputs;
  for (const ValueId id : network.inputs()) {
    Shape shape = network.value(id).shape;
    shape.at(0) = kRandomRows + 5;
    Tensor rows(DType::f32, shape);
    const int64_t row = rows.elements() / shape[0];
    nac::rng random(nac::stream_key(seed, id));
    float *x = rows.mutable_data<float>();
    for (int64_t i = 0; i < kRandomRows * row; ++i) *x++ = static_cast<float>(random.uniform(-10, 10));
    const float tie = std::ldexp(0.5F, -kFraction - 1);
    for (int64_t i = 0; i < row; ++i) *x++ = i % 2 == 0 ? 1e30F : -1e30F;
    for (int64_t i = 0; i < row; ++i) *x++ = -1e30F;
    for (int64_t i = 0; i < row; ++i) *x++ = static_cast<float>(2 * static_cast<int64_t>(random.below(40)) - 39) * tie;
    for (int64_t i = 0; i < row; ++i) *x++ = std::numeric_limits<float>::denorm_min();
    for (int64_t i = 0; i < row; ++i) *x++ = i % 2 == 0 ? 0.0F : -0.0F;
    inputs.push_back(std::move(rows));
  }
  return inputs;
}

}  // namespace nac::fw::verify
