// SPDX-License-Identifier: Apache-2.0
#include "fixed/deploy.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "fixed/fold.hpp"
#include "graph/canonical_hash.hpp"
#include "graph/cost.hpp"
#include "quantized_net.hpp"
#include "reference.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;
using Catch::Matchers::Contains;

namespace {

const Tensor &data(const Graph &graph, const char *name) { return *graph.value(graph.find(name)).data; }

bool has(const Graph &graph, const char *op) {
  const auto nodes = graph.topological();
  return std::any_of(nodes.begin(), nodes.end(), [&](NodeId id) { return graph.node(id).op == op; });
}

/// Every number of the training form as the contract says it, without Folding: gamma / sqrt(variance + epsilon) in long
/// double, then the integers by the reference's rounding.
long double folded(const Graph &g, const std::string &norm, std::size_t c, long double w) {
  const auto at = [&](const std::string &name) { return data(g, name.c_str()).data<float>()[c]; };
  return w * at(norm + ".weight") / std::sqrt(static_cast<long double>(at(norm + ".running_var")) + 1e-5F);
}

}  // namespace

TEST_CASE("the deployed form holds the quantized values under the same names") {
  QuantizedNet n(1);
  const ValueId x = n.input({4});
  const ValueId t = n.graph.add_parameter("act.t", {1}, {});
  n.graph.set_data(t, Tensor::of<float>({1}, {-3.4F}));
  const ValueId scale = n.graph.node(n.graph.add_node(NAC_DOMAIN_NAC, "PowerOfTwo", {t})).outputs[0];
  const ValueId layer = n.norm("bn", n.dense("a", n.quant(x, scale, {8}), 5, 6, 5, true, 0.5F));
  n.graph.add_output("y", layer);
  const Graph g = deploy(n.graph);
  g.check();
  CHECK(is_quantized(g));
  for (const char *op : {"BatchNormalization", "Mul", "PowerOfTwo"}) CHECK_FALSE(has(g, op));
  CHECK(g.find("act.t") == 0);
  REQUIRE(g.find("a.weight") != 0);
  REQUIRE(g.find("a.bias") != 0);
  CHECK(g.value(g.outputs()[0]).name == "y");
  // Scale 2^-3, masked folded weight, bias on the grid of the accumulator.
  const Tensor &mask = data(n.graph, "a.weight.mask");
  const Node &quant = g.node(g.users(g.find("a.weight"))[0]);
  const Node &bias_quant = g.node(g.users(g.find("a.bias"))[0]);
  const float *scales = g.value(quant.inputs[1]).data->data<float>(),
              *bias_scales = g.value(bias_quant.inputs[1]).data->data<float>();
  float widest = 0;
  for (std::size_t c = 0; c < 5; ++c) {
    for (std::size_t k = 0; k < 4; ++k) {
      const long double w =
          folded(n.graph, "bn", c, data(n.graph, "a.weight").data<float>()[c * 4 + k]) * mask.data<float>()[c * 4 + k];
      CHECK(data(g, "a.weight").data<float>()[c * 4 + k] == rounded(w, scales[c], "ROUND", false, true, true, 6));
    }
    CHECK(bias_scales[c] == scales[c] / 8);
    const long double b = folded(n.graph, "bn", c,
                                 static_cast<long double>(data(n.graph, "a.bias").data<float>()[c]) -
                                     data(n.graph, "bn.running_mean").data<float>()[c]) +
                          data(n.graph, "bn.bias").data<float>()[c];
    CHECK(data(g, "a.bias").data<float>()[c] == rounded(b, bias_scales[c], "ROUND", false, true, false, 40));
    widest = std::max(widest, std::abs(data(g, "a.bias").data<float>()[c] / bias_scales[c]));
  }
  const float width = g.value(bias_quant.inputs[3]).data->data<float>()[0];
  CHECK(std::ldexp(1.0F, static_cast<int>(width) - 1) >= widest);
  CHECK(std::ldexp(1.0F, static_cast<int>(width) - 2) <= widest);
  const double zeros =
      static_cast<double>(std::count(data(g, "a.weight").data<float>(), data(g, "a.weight").data<float>() + 20, 0.0F));
  CHECK(sparsity_of(g) == zeros / 20);
  CHECK(sparsity_of(n.graph) == zeros / 20);
  CHECK(zeros >= 20 - std::count(mask.data<float>(), mask.data<float>() + 20, 1.0F));
}

TEST_CASE("a deployed graph stays as it is") {
  QuantizedNet n(2);
  const ValueId x = n.input({8, 3});
  const ValueId y =
      n.quant(n.node("Relu", {n.norm_set("bn", n.dense("a", n.quant(x), 5, 8, 7, true, 0.5F))}), {8, 3, false});
  n.graph.add_output("y", n.dense("b", n.node("Flatten", {y}), 2));
  const Graph once = deploy(n.graph), twice = deploy(once);
  CHECK(canonical_hash(once) == canonical_hash(twice));
  CHECK(once.values() == twice.values());
  for (const char *name : {"a.weight", "a.bias", "b.weight", "b.bias"}) CHECK(data(once, name) == data(twice, name));
}

TEST_CASE("float layers are masked and folded in float") {
  for (const bool with_bias : {false, true}) {
    QuantizedNet n(3);
    const ValueId x = n.input({2, 6, 6}), s = n.input({4, 3});
    Tensor mask(DType::f32, {3, 2, 3, 3});
    for (int64_t i = 0; i < 54; ++i) mask.mutable_data<float>()[i] = n.uniform(0, 1) < 0.5F ? 0 : 1;
    const ValueId w =
        n.node("Mul", {n.filled("c.weight", {3, 2, 3, 3}, -1, 1), n.graph.add_constant("c.weight.mask", mask)});
    std::vector<ValueId> inputs{x, w};
    if (with_bias) inputs.push_back(n.filled("c.bias", {3}, -1, 1));
    const ValueId image = n.node("Relu", {n.norm("bn", n.node("Conv", inputs))});
    ValueId set = n.node("MatMul", {s, n.filled("m.weight", {3, 5}, -1, 1)});
    if (with_bias) set = n.node("Add", {n.filled("m.bias", {5}, -1, 1), set});
    set = n.norm_set("bs", set);
    n.graph.add_output("image", image);
    n.graph.add_output("set", set);
    const Graph g = deploy(n.graph);
    CHECK_FALSE(is_quantized(g));
    CHECK_FALSE(has(g, "BatchNormalization"));
    CHECK(g.find("c.bias") != 0);
    CHECK(g.find("m.bias") != 0);
    CHECK_FALSE(has(g, "Mul"));
    CHECK(sparsity_of(g) == static_cast<double>(std::count(mask.data<float>(), mask.data<float>() + 54, 0.0F)) / 69);
    const std::vector<Tensor> rows{n.rows(x, 4, 2).rows(0, 4), n.rows(s, 4, 2).rows(0, 4)};
    const auto expected = evaluate(n.graph, rows), got = evaluate(g, rows);
    for (std::size_t o = 0; o < 2; ++o) {
      const Exact &a = expected.at(n.graph.outputs()[o]), &b = got.at(g.outputs()[o]);
      REQUIRE(a.shape == b.shape);
      for (std::size_t i = 0; i < a.data.size(); ++i)
        CHECK(std::abs(a.data[i] - b.data[i]) <= 1e-5L * (1 + std::abs(a.data[i])));
    }
  }
}

TEST_CASE("a weight that two layers share is folded for each") {
  QuantizedNet n(4);
  const ValueId x = n.input({3});
  const ValueId w = n.filled("w.weight", {3, 3}, -1, 1);
  const ValueId a = n.norm("bn0", n.node("Gemm", {x, w})), b = n.norm("bn1", n.node("Gemm", {a, w}));
  n.graph.add_output("y", b);
  const Graph g = deploy(n.graph);
  const std::vector<Tensor> rows{n.rows(x, 5, 2).rows(0, 5)};
  const auto expected = evaluate(n.graph, rows).at(n.graph.outputs()[0]), got = evaluate(g, rows).at(g.outputs()[0]);
  for (std::size_t i = 0; i < got.data.size(); ++i)
    CHECK(std::abs(expected.data[i] - got.data[i]) <= 1e-5L * (1 + std::abs(expected.data[i])));
}

TEST_CASE("what cannot be deployed is refused by name, with a way out") {
  QuantizedNet n(5);
  const ValueId x = n.input({3, 4});
  const ValueId y = n.quant(n.norm("alone", n.quant(x)));
  n.graph.add_output("y", y);
  CHECK_THROWS_WITH(deploy(n.graph), Contains("BatchNormalization") && Contains("right after the layer"));

  QuantizedNet m(6);
  const ValueId z = m.input({3, 4});
  ValueId mean = m.node("ReduceMean", {m.quant(z)}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}});
  m.graph.add_output("y", m.dense("a", mean, 2));
  CHECK_THROWS_WITH(deploy(m.graph), Contains("3 values") && Contains("ReduceSum"));

  QuantizedNet f(7);
  const ValueId v = f.input({3, 4});
  f.graph.add_output("y", f.norm("alone", v));
  CHECK(has(deploy(f.graph), "BatchNormalization"));  // in float it may stay
}

TEST_CASE("bits and costs of the deployed form") {
  QuantizedNet n(8);
  const ValueId x = n.input({4, 3});
  ValueId y = n.quant(n.node("Relu", {n.dense("a", n.quant(x, {6, 3}), 4, 5, 4, false)}), {7, 3, false});
  y = n.node("ReduceMean", {y}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}});
  n.graph.add_output("y", n.dense("b", y, 2, 5, 4, false));
  Graph g = deploy(n.graph);
  // 5 = 101b: 3 bits, 12 = 1100b: 2 bits, 1: one.
  std::vector<float> a(12, 1.0F / 16), b{5.0F / 16, 12.0F / 16, 0, 0, 0, 0, 0, 1.0F / 16};
  g.set_data(g.find("a.weight"), Tensor::of<float>({3, 4}, a));
  g.set_data(g.find("b.weight"), Tensor::of<float>({2, 4}, b));
  const Cost counted = cost_of(g);
  CHECK(counted.parameters == 12 + 4 + 8 + 2);
  CHECK(counted.macs == 48 + 8);
  CHECK(counted.weight_bits == 5);
  CHECK(counted.activation_bits == 9);  // 6 bits and, after the mean over four, 7 + 2: equally frequent
  REQUIRE(counted.layers.size() == 3);
  CHECK(counted.layers[0].bops == Approx(4 * 4 * 3 * (5 * 6 + 5 + 6 + std::log2(3))));
  CHECK(counted.layers[2].bops == Approx(2 * 4 * (0.375 * 5 * 9 + 5 + 9 + std::log2(4))));
  CHECK(cost_of(g, {BopsConvention::qonnx}).bops == Approx(48 * 5 * 6 + 3 * 5 * 9));
  CHECK(cost_of(g, {BopsConvention::ebops}).bops == Approx(4 * 12 * 1 * 6 + (3 + 2 + 1) * 9));
  CHECK(parse_bops_convention("ebops") == BopsConvention::ebops);
  CHECK(parse_bops_convention("qonnx") == BopsConvention::qonnx);

  // The training form counts the same parameters: masks, scales and widths are none.
  CHECK(cost_of(n.graph).parameters == counted.parameters);
  CHECK(cost_of(n.graph).weight_bits == 5);
  QuantizedNet plain(9);
  const ValueId z = plain.input({3});
  plain.graph.add_output("y", plain.linear("a", z, 2));
  CHECK(cost_of(plain.graph).weight_bits == 32);
  CHECK(cost_of(plain.graph).activation_bits == 32);
}

TEST_CASE("scales are fitted to the folded weight") {
  QuantType type;
  type.width = 4;
  type.narrow = true;  // -7 ... 7
  const auto fit = [&](const std::vector<float> &w) { return fitted_fraction(w.data(), w.size(), 1, type); };
  CHECK(fit({0, 0}) == 0);
  CHECK(fit({7, 1}) == 0);
  CHECK(fit({3.5F, 0.5F}) == 1);
  CHECK(fit({7.25F, 3}) == 0);  // to clip by 1/4 costs less than steps of 2
  // Against all scales near by, from the definition.
  QuantizedNet n(10);
  for (int run = 0; run < 50; ++run) {
    std::vector<float> w;
    for (int i = 0; i < 20; ++i) w.push_back(n.uniform(-1, 1) * n.uniform(0, 3));
    const auto error = [&](int f) {
      long double sum = 0;
      for (const float x : w) {
        const long double d = x - rounded(x, std::ldexp(1.0L, -f), "ROUND", false, true, true, 4);
        sum += d * d;
      }
      return sum;
    };
    const int f = fit(w);
    float largest = 0;
    for (const float x : w) largest = std::max(largest, std::abs(x));
    int finest = 60;
    while (std::ldexp(largest, finest) > 7) --finest;
    CHECK((f == finest || f == finest + 1));
    CHECK(error(f) <= std::min(error(finest), error(finest + 1)));
  }
}
