// SPDX-License-Identifier: Apache-2.0
#include "fused/weights/plain_weights.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "layer_nets.hpp"

namespace {

using namespace nac::fw;
using namespace nac::fw::fused;
using fused::testing::difference;
using fused::testing::parameters_of;
using fused::testing::random_values;
using nac::fw::testing::QuantizedNet;

struct Case {
  QuantizedNet net{3};
  ValueId x = 0, bias = 0, masked = 0;
  NodeId product = 0;
  std::size_t out = 5, terms = 0;

  ValueId weight(const Shape &shape, bool with_mask) {
    const ValueId w = net.filled("w", shape, -1, 1);
    if (!with_mask) return w;
    Tensor mask(DType::f32, shape);
    for (int64_t i = 0; i < mask.elements(); ++i) mask.mutable_data<float>()[i] = net.uniform(0, 1) < 0.6F ? 1 : 0;
    const ValueId m = net.graph.add_constant("w.mask", mask);
    return net.node("Mul", with_mask && mask_first ? std::vector<ValueId>{m, w} : std::vector<ValueId>{w, m});
  }
  bool mask_first = false;

  /// What a weight [o][t] is by definition, from the parameter as it is in `state`.
  double expected(const State &state, const std::string &form, std::size_t o, std::size_t t) {
    const ValueId w = net.graph.find("w"), m = net.graph.find("w.mask");
    const bool last = form == "MatMul" || form == "Gemm";
    const std::size_t at = last ? t * out + o : o * terms + t;
    const double alpha = form == "Gemm" || form == "GemmT" ? 0.5 : 1;
    return alpha * static_cast<double>(state.value(w)[at]) * (m != 0 ? static_cast<double>(state.value(m)[at]) : 1.0);
  }

  void build(const std::string &form, bool with_mask, bool one_bias) {
    const Shape bias_shape{one_bias ? 1 : 5};
    ValueId y = 0;
    if (form == "Conv") {
      x = net.input({3, 6, 6});
      terms = 27;
      std::vector<ValueId> inputs{x, weight({5, 3, 3, 3}, with_mask)};
      if (!one_bias) inputs.push_back(bias = net.filled("b", {5}, -1, 1));
      y = net.node("Conv", inputs);
    } else if (form == "MatMul") {
      x = net.input({4, 7});
      terms = 7;
      y = net.node("MatMul", {x, weight({7, 5}, with_mask)});
      bias = net.filled("b", bias_shape, -1, 1);
    } else {
      x = net.input({7});
      terms = 7;
      const bool transposed = form == "GemmT";
      bias = net.filled("b", bias_shape, -1, 1);
      y = net.node("Gemm", {x, weight(transposed ? Shape{5, 7} : Shape{7, 5}, with_mask), bias},
                   {{"transB", int64_t{transposed}}, {"alpha", 0.5F}, {"beta", 3.0F}});
    }
    product = net.graph.value(y).producer;
    net.graph.add_output("y", form == "MatMul" ? net.node("Add", {y, bias}) : y);
  }
};

}  // namespace

TEST_CASE("float weights: values, masks and gradients of every form") {
  for (const std::string form : {"Conv", "Gemm", "GemmT", "MatMul"})
    for (const bool with_mask : {false, true})
      for (const bool one_bias : {false, true}) {
        INFO(form << (with_mask ? " masked" : "") << (one_bias ? " one bias" : ""));
        Case c;
        c.mask_first = one_bias;
        c.build(form, with_mask, one_bias);
        const Graph &graph = c.net.graph;
        REQUIRE(PlainWeights::accepts(graph, c.product));
        PlainWeights weights(graph, c.product, form == "MatMul" ? c.bias : 0);
        State state(graph, parameters_of(graph), 0, {});
        const bool biased = weights.has_bias(false);
        CHECK(biased == (c.bias != 0));
        CHECK(weights.exact());
        const std::size_t count = c.out * c.terms;
        std::vector<float> w(count), b(c.out);
        weights.prepare(state, true, w.data(), biased ? b.data() : nullptr);
        REQUIRE((weights.mask() != nullptr) == with_mask);
        const double beta = form == "Gemm" || form == "GemmT" ? 3 : 1;
        for (std::size_t o = 0; o < c.out; ++o) {
          for (std::size_t t = 0; t < c.terms; ++t) {
            CHECK(static_cast<double>(w[o * c.terms + t]) == c.expected(state, form, o, t));
            if (with_mask) CHECK((weights.mask()[o * c.terms + t] == 0) == (w[o * c.terms + t] == 0));
          }
          if (biased)
            CHECK(static_cast<double>(b[o]) ==
                  Approx(beta * static_cast<double>(state.value(c.bias)[one_bias ? 0 : o])));
        }
        const std::vector<float> gw = random_values(c.net, count), gb = random_values(c.net, c.out);
        const auto loss = [&] {
          double sum = 0;
          std::vector<float> v(count), d(c.out);
          weights.prepare(state, false, v.data(), d.data());
          for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(v[i]) * static_cast<double>(gw[i]);
          for (std::size_t i = 0; biased && i < c.out; ++i)
            sum += static_cast<double>(d[i]) * static_cast<double>(gb[i]);
          return sum;
        };
        state.clear_gradients();
        for (int i = 0; i < 2; ++i)  // they are added
          weights.pull_back(gw.data(), biased ? gb.data() : nullptr, state);
        for (const ValueId id : parameters_of(graph))
          for (int64_t i = 0; i < elements_of(graph.value(id).shape); ++i)
            CHECK(static_cast<double>(state.gradient(id)[i]) ==
                  Approx(2 * difference(state.value(id) + i, 0.25F, loss)).margin(1e-4));
      }
}

TEST_CASE("a weight that is computed is not taken as one") {
  QuantizedNet net(1);
  const ValueId x = net.input({7}), w = net.filled("w", {5, 7}, -1, 1);
  const std::map<std::string, Attribute> transposed{{"transB", int64_t{1}}};
  const auto producer = [&](ValueId id) { return net.graph.value(id).producer; };
  const NodeId computed = producer(net.node("Gemm", {x, net.node("Tanh", {w})}, transposed));
  const NodeId of_two = producer(net.node("Gemm", {x, net.node("Mul", {w, net.scalar(2)})}, transposed));
  const NodeId plain = producer(net.node("Gemm", {x, w}, transposed));
  const NodeId biased = producer(net.node("Gemm", {x, w, net.node("Tanh", {net.filled("b", {5}, 0, 1)})}, transposed));
  CHECK_FALSE(PlainWeights::accepts(net.graph, computed));
  CHECK_FALSE(PlainWeights::accepts(net.graph, of_two));
  CHECK_FALSE(PlainWeights::accepts(net.graph, biased));
  CHECK(PlainWeights::accepts(net.graph, plain));
  CHECK_THROWS_AS(PlainWeights(net.graph, computed), Error);
}
