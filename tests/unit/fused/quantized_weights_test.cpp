// SPDX-License-Identifier: Apache-2.0
// Quantized layers against the deployed form, which has their integers, and their gradients against those of the same
// layer without rounding.
#include "fused/weights/quantized_weights.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "fixed/deploy.hpp"
#include "fixed/fold.hpp"
#include "fused/weights/refit.hpp"
#include "fused/weights/scales.hpp"
#include "layer_nets.hpp"

namespace {

using namespace nac::fw;
using namespace nac::fw::fused;
using fused::testing::difference;
using fused::testing::parameters_of;
using fused::testing::random_values;
using nac::fw::testing::QuantizedNet;

enum class Kind { gemm, matmul, set, conv };

/// A network of one quantized layer.
struct Case {
  QuantizedNet net{11};
  int width = 8, in_width = 8;
  bool norm = false, per_channel = true;
  float density = 1;

  void build(Kind kind) {
    const ValueId input = net.input(kind == Kind::conv ? Shape{3, 5, 5} : kind == Kind::gemm ? Shape{6} : Shape{4, 6});
    const ValueId x = net.quant(input, {in_width, 4});
    ValueId y = 0;
    if (kind == Kind::conv) {
      y = net.node("Conv", {x, net.weight("a", {5, 3, 2, 2}, width, width - 1, per_channel ? 0 : -1, density)});
    } else {
      y = net.dense("a", x, 5, width, width - 1, per_channel, density);
    }
    if (norm) y = kind == Kind::set ? net.norm_set("bn", y) : net.norm("bn", y);
    net.graph.add_output("y", y);
  }
  std::unique_ptr<QuantizedWeights> weights(const Graph &graph) const {
    const QuantizedGraph quantized(graph);
    REQUIRE(quantized.layers().size() == 1);
    const QuantizedLayer &layer = *quantized.layers()[0];
    return std::make_unique<QuantizedWeights>(graph, layer, quantized.require_grid(layer.input));
  }
};

const Tensor &data(const Graph &graph, const char *name) { return *graph.value(graph.find(name)).data; }

/// [out][terms] of a value of the weight's shape.
std::vector<float> as_product(const Graph &graph, const float *values) {
  const Trace trace(graph);
  const WeightForm form = weight_form(graph, graph.node(quantized_layers(trace)[0].product));
  std::vector<float> product(form.count());
  form.each([&](std::size_t p, std::size_t at) { product[p] = values[at]; });
  return product;
}

template <class Check>
void each_case(Check check) {
  for (const Kind kind : {Kind::gemm, Kind::set, Kind::conv})
    for (const bool norm : {false, true})
      for (const bool per_channel : {false, true})
        for (const float density : {1.0F, 0.5F}) {
          if (kind == Kind::gemm && norm == per_channel) continue;
          INFO("kind " << static_cast<int>(kind) << " norm " << norm << " per channel " << per_channel << " density "
                       << density);
          Case c;
          c.norm = norm, c.per_channel = per_channel, c.density = density;
          c.build(kind);
          check(c);
        }
}

}  // namespace

TEST_CASE("with frozen statistics a layer has the deployed form's integers") {
  each_case([](Case &c) {
    const Graph deployed = deploy(c.net.graph);
    for (const Graph *graph : std::initializer_list<const Graph *>{&c.net.graph, &deployed}) {
      const State state(*graph, parameters_of(*graph), 0, {});
      const auto weights = c.weights(*graph);
      std::vector<float> w(data(deployed, "a.weight").elements()), b(5);
      weights->prepare(state, graph == &deployed, w.data(), weights->has_bias(false) ? b.data() : nullptr);
      CHECK(w == as_product(deployed, data(deployed, "a.weight").data<float>()));
      REQUIRE(weights->has_bias(false) == (deployed.find("a.bias") != 0 || weights->parts().has_norm()));
      if (!weights->has_bias(false)) continue;
      const Trace trace(deployed);
      const Value &bias = deployed.value(quantized_layers(trace)[0].bias);
      const Value &raw = deployed.value(deployed.node(bias.producer).inputs[0]);
      CHECK(b == std::vector<float>(raw.data->data<float>(), raw.data->data<float>() + 5));
      CHECK(weights->exact());
    }
  });
}

TEST_CASE("while statistics move a layer has its rounded weight, unfolded, and its float bias") {
  each_case([](Case &c) {
    if (!c.norm) return;
    const Graph &graph = c.net.graph;
    const State state(graph, parameters_of(graph), 0, {});
    const auto weights = c.weights(graph);
    const Graph deployed = deploy(graph);
    const std::vector<float> integers = as_product(graph, data(deployed, "a.weight").data<float>());
    std::vector<float> w(integers.size()), b(5);
    REQUIRE(weights->has_bias(true) == (graph.find("a.bias") != 0));
    weights->prepare(state, true, w.data(), weights->has_bias(true) ? b.data() : nullptr);
    for (std::size_t i = 0; i < w.size(); ++i) {
      const std::size_t o = i / (w.size() / 5);
      const double factor = static_cast<double>(data(graph, "bn.weight").data<float>()[o]) /
                            std::sqrt(static_cast<double>(data(graph, "bn.running_var").data<float>()[o]) + 1e-5);
      CHECK(static_cast<double>(w[i]) == Approx(static_cast<double>(integers[i]) / factor));
    }
    if (weights->has_bias(true))
      CHECK(b == std::vector<float>(data(graph, "a.bias").data<float>(), data(graph, "a.bias").data<float>() + 5));
  });
}

TEST_CASE("gradients are those of the folded layer without rounding") {
  each_case([](Case &c) {
    const Graph &graph = c.net.graph;
    State state(graph, parameters_of(graph), 0, {});
    const auto weights = c.weights(graph);
    const std::size_t count = data(graph, "a.weight").elements();
    const WeightForm form = weight_form(graph, graph.node(QuantizedGraph(graph).layers()[0]->product));
    const std::vector<float> gw = random_values(c.net, count), gb = random_values(c.net, 5);
    const auto value = [&](const char *name, std::size_t i, double otherwise) {
      const ValueId id = graph.find(name);
      return id != 0 ? static_cast<double>(state.value(id)[i]) : otherwise;
    };
    for (const bool moving : {false, true}) {
      const bool folded = c.norm && !moving;
      const auto factor = [&](std::size_t o) {
        return folded ? value("bn.weight", o, 1) / std::sqrt(value("bn.running_var", o, 1) + 1e-5) : 1.0;
      };
      const auto loss = [&] {
        double sum = 0;
        form.each([&](std::size_t p, std::size_t at) {
          sum += static_cast<double>(gw[p]) * value("a.weight", at, 0) * value("a.weight.mask", at, 1) *
                 factor(p / form.terms);
        });
        for (std::size_t o = 0; o < 5; ++o) {
          double b = value("a.bias", o, 0);
          if (folded) b = (b - value("bn.running_mean", o, 0)) * factor(o) + value("bn.bias", o, 0);
          sum += static_cast<double>(gb[o]) * b;
        }
        return sum;
      };
      std::vector<float> w(count), b(5);
      weights->prepare(state, moving, w.data(), b.data());
      state.clear_gradients();
      weights->pull_back(gw.data(), weights->has_bias(moving) ? gb.data() : nullptr, state);
      for (const ValueId id : parameters_of(graph))
        for (int64_t i = 0; i < elements_of(graph.value(id).shape); ++i) {
          INFO(graph.value(id).name << " " << i << " moving " << moving);
          CHECK(static_cast<double>(state.gradient(id)[i]) ==
                Approx(difference(state.value(id) + i, 0.01F, loss)).margin(1e-4));
        }
    }
  });
}

TEST_CASE("sums that float32 cannot hold are told, with operands in double precision") {
  for (const int width : {8, 16, 30}) {
    Case c;
    c.width = c.in_width = width;
    if (width == 30) c.in_width = 8;
    c.norm = true;
    c.build(Kind::set);
    const Graph &graph = c.net.graph;
    const State state(graph, parameters_of(graph), 0, {});
    const auto weights = c.weights(graph);
    std::vector<float> w(30), b(5);
    weights->prepare(state, false, w.data(), b.data());
    CHECK(weights->exact() == (width == 8));
    CHECK((weights->bound() < kSingleLimit) == (width == 8));
    if (width == 8) {
      CHECK(weights->wide_weights() == nullptr);
      continue;
    }
    const Trace trace(graph);
    const QuantizedLayer layer = quantized_layers(trace)[0];
    const std::vector<float> folded = folded_weight(graph, layer);
    const std::vector<int> fractions = fractions_of(state, weights->parts().scale);
    const std::vector<float> product = as_product(graph, folded.data());
    long beyond = 0;
    for (std::size_t i = 0; i < product.size(); ++i) {
      const int fraction = fractions[i / 6];
      const double expected = std::ldexp(
          static_cast<double>(quantize(static_cast<double>(product[i]), fraction, weights->parts().type)), -fraction);
      CHECK(weights->wide_weights()[i] == expected);
      CHECK(w[i] == static_cast<float>(expected));
    }
    for (std::size_t o = 0; o < 5; ++o) beyond += weights->wide_bias()[o] != static_cast<double>(b[o]);
    CHECK(beyond == 0);
    weights->prepare(state, true, w.data(), b.data());
    CHECK(weights->exact());  // nothing to be exact about
  }
}

TEST_CASE("the bound of a layer is its weights', where that of their type is too large") {
  Case c;
  c.width = 12, c.in_width = 12;
  c.build(Kind::gemm);
  Graph &graph = c.net.graph;
  State state(graph, parameters_of(graph), 0, {});
  const auto weights = c.weights(graph);
  CHECK_FALSE(weights->bound() < kSingleLimit);
  std::vector<float> w(30), b(5);
  weights->prepare(state, false, w.data(), b.data());
  CHECK_FALSE(weights->exact());
  for (std::size_t i = 0; i < 30; ++i) state.value(graph.find("a.weight"))[i] *= 0.01F;
  weights->prepare(state, false, w.data(), b.data());
  CHECK(weights->exact());
  state.value(graph.find("a.bias"))[2] = 1e6F;
  weights->prepare(state, false, w.data(), b.data());
  CHECK_FALSE(weights->exact());
}

TEST_CASE("a bias with a Quant of its own has a gradient inside the range") {
  QuantizedNet net(5);
  const ValueId x = net.quant(net.input({6}));
  const ValueId b = net.filled("a.bias", {5}, -1, 1);
  const ValueId integer = net.quant(b, {4, 2, true, false});
  const ValueId w = net.weight("a", {5, 6}, 8, 7, 0);
  net.graph.add_output("y", net.node("Gemm", {x, w, integer}, {{"transB", int64_t{1}}}));
  State state(net.graph, parameters_of(net.graph), 0, {});
  const std::vector<float> values{0.3F, -0.2F, 9, -9, 1.74F};
  std::copy(values.begin(), values.end(), state.value(b));
  const auto weights = Case().weights(net.graph);
  std::vector<float> product(30), bias(5);
  weights->prepare(state, false, product.data(), bias.data());
  CHECK(bias == std::vector<float>{0.25F, -0.25F, 1.75F, -2, 1.75F});
  const std::vector<float> g{1, 2, 3, 4, 5};
  weights->pull_back(product.data(), g.data(), state);
  CHECK(std::vector<float>(state.gradient(b), state.gradient(b) + 5) == std::vector<float>{1, 2, 0, 0, 5});
}

TEST_CASE("scales are refitted from a state as from a graph") {
  QuantizedNet net(8);
  const ValueId x = net.quant(net.input({6}));
  const ValueId scale = net.graph.add_constant("a.scale", Tensor::of<float>({5, 1}, {1, 1, 1, 1, 1}));
  const ValueId w = net.quant(net.filled("a.weight", {5, 6}, -1, 1), scale, {6, 0, true, true}, true);
  net.graph.add_output("y", net.norm("bn", net.node("Gemm", {x, w}, {{"transB", int64_t{1}}})));
  State state(net.graph, parameters_of(net.graph), 0,
              {scale, net.graph.find("bn.running_mean"), net.graph.find("bn.running_var")});
  CHECK(Case().weights(net.graph)->parts().refitted);
  Graph trained = net.graph;
  Tensor variance(DType::f32, {5});
  for (std::size_t c = 0; c < 5; ++c) {
    variance.mutable_data<float>()[c] = std::ldexp(1.0F, static_cast<int>(2 * c));
    state.value(net.graph.find("bn.running_var"))[c] = variance.data<float>()[c];
  }
  trained.set_data(trained.find("bn.running_var"), variance);
  fit_weight_scales(trained);
  refit_scales(state);
  const float *expected = data(trained, "a.scale").data<float>();
  CHECK(std::vector<float>(state.value(scale), state.value(scale) + 5) == std::vector<float>(expected, expected + 5));
  CHECK(expected[0] != expected[4]);
  CHECK(state.value(net.graph.find("bn.running_var"))[4] == 256);
  CHECK(state.weights().at("a.scale") == data(trained, "a.scale"));
}

TEST_CASE("learned scales: what they are and where their gradient goes") {
  QuantizedNet net(9);
  const ValueId t = net.graph.add_parameter("act.t", {1}, {});
  net.graph.set_data(t, Tensor::of<float>({1}, {-3.4F}));
  const ValueId learned = net.graph.node(net.graph.add_node(NAC_DOMAIN_NAC, "PowerOfTwo", {t})).outputs[0];
  const ValueId fixed = net.scalar(0.0625F);
  const ValueId a = net.quant(net.input({6}), learned, {8}), b = net.quant(net.input({6}), fixed, {8});
  const ValueId sum = net.node("Add", {a, b});
  net.graph.add_output("y", net.dense("a", sum, 5));
  State state(net.graph, parameters_of(net.graph), 1, {});
  CHECK(fraction_of(state, learned) == 3);
  CHECK(fraction_of(state, fixed) == 4);
  CHECK(fraction_of(state, QuantizedGraph(net.graph).require_grid(sum)) == 4);
  const GridPlan eighths = QuantizedGraph(net.graph).require_grid(a),
                 both = QuantizedGraph(net.graph).require_grid(sum);
  CHECK(exact_sum(state, {eighths}, 1 << 16));
  CHECK_FALSE(exact_sum(state, {eighths}, 1 << 17));
  CHECK_FALSE(exact_sum(state, {both}, 1));  // its integers have no bound that holds for all scales
  CHECK_FALSE(exact_sum(state, {eighths, GridPlan{}}, 1));
  const GridPlan sixteenths = QuantizedGraph(net.graph).require_grid(b);
  CHECK(exact_sum(state, {eighths, sixteenths}, 40000));  // 128 * (2 + 1) steps of 1/16 each
  CHECK_FALSE(exact_sum(state, {eighths, sixteenths}, 44000));
  add_scale_gradient(state, learned, 5);
  add_scale_gradient(state, fixed, 5);
  CHECK(static_cast<double>(*state.gradient(t)) == Approx(5 * 0.125 * std::numbers::ln2));
  for (const float huge : {300.0F, -300.0F}) {
    *state.value(t) = huge;
    CHECK(fraction_of(state, learned) == (huge > 0 ? -126 : 126));
  }
}
