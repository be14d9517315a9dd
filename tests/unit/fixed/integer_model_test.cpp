// SPDX-License-Identifier: Apache-2.0
#include "fixed/integer_model.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "fixed/deploy.hpp"
#include "quantized_net.hpp"
#include "reference.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;
using Catch::Matchers::Contains;

namespace {

/// Every activation of the deployed graph as the reference has it, and every accumulator within its bounds.
void check(const Graph &trained, const std::vector<Tensor> &inputs) {
  const Graph graph = deploy(trained);
  const IntegerModel model(graph);
  const std::map<ValueId, Exact> expected = evaluate(graph, inputs);
  const std::vector<Tensor> out = model.run(inputs);
  REQUIRE(out.size() == graph.outputs().size());
  for (std::size_t o = 0; o < out.size(); ++o) {
    const Exact &e = expected.at(graph.outputs()[o]);
    REQUIRE(out[o].shape() == e.shape);
    int64_t wrong = 0;
    for (std::size_t i = 0; i < e.data.size(); ++i)
      wrong += out[o].data<float>()[i] != static_cast<float>(e.data[i]) ? 1 : 0;
    CHECK(wrong == 0);
  }
  std::vector<ValueId> quants;
  for (const NodeId id : graph.topological()) {
    const Node &n = graph.node(id);
    const Shape &s = graph.value(n.outputs[0]).shape;
    if (n.op == "Quant" && s[0] == -1) quants.push_back(n.outputs[0]);
  }
  const std::vector<IntegerTensor> integers = model.integers(inputs, quants);
  REQUIRE(integers.size() == graph.outputs().size() + quants.size());
  for (std::size_t v = 0; v < integers.size(); ++v) {
    const std::size_t outputs = graph.outputs().size();
    const ValueId id = v < outputs ? graph.outputs()[v] : quants[v - outputs];
    const Exact &e = expected.at(id);
    const IntegerTensor &t = integers[v];
    REQUIRE(t.shape == e.shape);
    std::size_t inner = 1;
    for (std::size_t d = t.channel_axis + 1; d < t.shape.size(); ++d) inner *= static_cast<std::size_t>(t.shape[d]);
    int64_t wrong = 0;
    for (std::size_t i = 0; i < e.data.size(); ++i) {
      const int f = t.fraction[t.fraction.size() == 1 ? 0 : i / inner % t.fraction.size()];
      wrong += std::ldexp(static_cast<long double>(t.data[i]), -f) != e.data[i] ? 1 : 0;
    }
    INFO(graph.value(id).name);
    CHECK(wrong == 0);
  }
}

}  // namespace

TEST_CASE("a chain of Gemm layers with normalization, masks and scales per channel") {
  for (const uint32_t seed : {1U, 2U, 3U}) {
    QuantizedNet n(seed);
    const ValueId x = n.input({13});
    ValueId y = n.quant(x);
    y = n.quant(n.node("Relu", {n.norm("bn0", n.dense("a", y, 17, 6, 5, true, 0.4F))}), {7, 3, false});
    y = n.quant(n.node("LeakyRelu", {n.norm("bn1", n.dense("b", y, 9))}, {{"alpha", 1.0F / 128}}), {8, 4});
    n.graph.add_output("y", n.dense("c", y, 5));
    check(n.graph, {n.rows(x, 45)});
  }
}

TEST_CASE("convolutions with padding, strides and dilation, and pooling") {
  const auto ints = [](std::vector<int64_t> v) { return Attribute(std::move(v)); };
  QuantizedNet n(5);
  const ValueId x = n.input({2, 9, 8});
  ValueId y = n.quant(x);
  y = n.quant(n.node("Relu", {n.norm("bn", n.convolution("a", y, 6, 3, {{"pads", ints({1, 0, 1, 2})}}))}),
              {6, 2, false});
  const ValueId small =
      n.node("MaxPool", {y}, {{"kernel_shape", ints({3, 2})}, {"strides", ints({2, 1})}, {"pads", ints({1, 0, 1, 0})}});
  y = n.quant(n.convolution("b", small, 5, 2, {{"dilations", ints({2, 1})}, {"strides", ints({1, 2})}}), {8, 3});
  y = n.node("AveragePool", {y}, {{"kernel_shape", ints({2, 2})}});
  y = n.node("Flatten", {y});
  n.graph.add_output("y", n.dense("c", y, 3));
  check(n.graph, {n.rows(x, 20)});
}

TEST_CASE("convolutions of one and three dimensions") {
  QuantizedNet n(6);
  const ValueId x = n.input({3, 7}), z = n.input({1, 4, 3, 4});
  const ValueId a = n.quant(n.node("Relu", {n.convolution("a", n.quant(x), 4, 3)}), {5, 1, false});
  const ValueId b = n.quant(n.convolution("b", n.quant(z, {6, 2}), 3, 2), {7, 2});
  n.graph.add_output("a", n.dense("c", n.node("Flatten", {a}), 2));
  n.graph.add_output("b", n.dense("d", n.node("Flatten", {b}), 2));
  Tensor first = n.rows(x, 13), second = n.rows(z, 13);
  check(n.graph, {first, second});
}

TEST_CASE("sets: one layer for all elements, normalized between transposes, and every pooling") {
  for (const char *pool : {"ReduceMean", "ReduceSum", "ReduceMax"}) {
    QuantizedNet n(7);
    const ValueId x = n.input({8, 3});
    ValueId y = n.quant(x, {8, 4});
    y = n.quant(n.node("Relu", {n.norm_set("bn", n.dense("phi", y, 10))}), {8, 4, false});
    y = n.node(pool, {y}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}});
    n.graph.add_output("y", n.dense("rho", y, 5));
    check(n.graph, {n.rows(x, 33)});
  }
}

TEST_CASE("adding, subtracting and joining activations on different grids") {
  QuantizedNet n(8);
  const ValueId x = n.input({3, 5, 5});
  const ValueId q = n.quant(x, {8, 5});
  const ValueId a = n.quant(n.convolution("a", q, 3, 1), {6, 1}), b = n.quant(n.node("Relu", {a}), {4, 0, false});
  const ValueId sum = n.quant(n.node("Add", {q, a}), {9, 3}), difference = n.node("Sub", {sum, b});
  const ValueId joined = n.node("Concat", {difference, q, a}, {{"axis", int64_t{1}}});
  // Accumulators on grids of their own, added without a quantizer in between.
  const ValueId both = n.node("Add", {n.convolution("b", joined, 4, 3), n.convolution("c", joined, 4, 3)});
  n.graph.add_output("y", n.quant(both, {12, 4}));
  n.graph.add_output("z", n.node("Transpose", {both}, {{"perm", std::vector<int64_t>{0, 2, 3, 1}}}));
  check(n.graph, {n.rows(x, 17, 5, 5)});
}

TEST_CASE("attention: products of activations and the table of Softmax") {
  for (const int width : {4, 8, 11}) {
    QuantizedNet n(9);
    const ValueId x = n.input({6, 3, 3});
    const Shape swap{0, 2, 1};
    const ValueId image = n.quant(x, {8, 4});
    const auto part = [&](const char *name) {
      return n.reshape(n.quant(n.convolution(name, image, 5, 1), {8, 3}), {5, 9});
    };
    const ValueId q = n.node("Transpose", {part("q")}, {{"perm", swap}}), k = part("k"),
                  v = n.node("Transpose", {part("v")}, {{"perm", swap}});
    const ValueId scores = n.quant(n.node("MatMul", {q, k}), {width, width - 6});
    const ValueId mixed = n.quant(n.node("MatMul", {n.quant(n.node("Softmax", {scores}), {8, 8, false}), v}), {8, 4});
    const ValueId map = n.reshape(n.node("Transpose", {mixed}, {{"perm", swap}}), {5, 3, 3});
    const ValueId y = n.quant(n.node("Add", {image, n.quant(n.convolution("proj", map, 6, 1), {8, 5})}), {8, 4});
    n.graph.add_output("y", n.dense("out", n.node("Flatten", {y}), 2));
    check(n.graph, {n.rows(x, 18)});
  }
}

TEST_CASE("functions by tables") {
  for (const char *op : {"Sigmoid", "Tanh", "Gelu"}) {
    QuantizedNet n(10);
    const ValueId x = n.input({6});
    ValueId y = n.quant(n.dense("a", n.quant(x), 9), {10, 6});
    y = n.quant(n.node(op, {y}), {8, 6});
    n.graph.add_output("y", n.dense("b", y, 3));
    check(n.graph, {n.rows(x, 40)});
  }
  QuantizedNet n(11);
  const ValueId x = n.input({4, 3});
  const ValueId soft = n.node("Softmax", {n.quant(x, {16, 12})}, {{"axis", int64_t{1}}});
  n.graph.add_output("y", n.quant(soft, {12, 11, true, false, "AP_RND", "WRAP"}));
  check(n.graph, {n.rows(x, 40, 4, 12)});
}

TEST_CASE("every rounding mode with saturation and wrap-around, after an accumulator and at the input") {
  for (const char *rounding : {"ROUND", "FLOOR", "AP_RND", "DOWN", "HALF_UP", "HALF_DOWN", "CEIL", "UP"})
    for (const char *overflow : {"SAT", "WRAP"})
      for (const bool narrow : {false, true}) {
        QuantizedNet n(12);
        const ValueId x = n.input({5});
        // 2^62 steps saturate with WRAP, too, so what is tested stays below.
        const ValueId q = n.quant(x, {7, 3, true, narrow, rounding, "SAT"});
        const ValueId y = n.quant(n.dense("a", q, 6, 5, 3), {5, 1, true, narrow, rounding, overflow});
        n.graph.add_output("y", n.quant(y, {9, 4, !narrow, narrow, rounding, overflow}));
        check(n.graph, {n.rows(x, 60, 9, 3)});
      }
}

TEST_CASE("accumulators of every width") {
  // 2^24, 2^31, 2^53 and more steps: each arithmetic has its turn.
  for (const int width : {4, 10, 14, 20, 25}) {
    QuantizedNet n(13);
    const ValueId x = n.input({2, 7});
    ValueId y = n.quant(x, {width, width - 4});
    y = n.quant(n.node("LeakyRelu", {n.dense("a", y, 9, width, width - 1)}, {{"alpha", 0.25F}}), {width, width - 5});
    const ValueId scores = n.node("MatMul", {y, n.node("Transpose", {y}, {{"perm", Shape{0, 2, 1}}})});
    n.graph.add_output("y", n.dense("b", y, 5, width, width - 1));
    n.graph.add_output("z", n.quant(scores, {width, width - 8}));
    check(n.graph, {n.rows(x, 30, 9, width - 4)});
  }
}

TEST_CASE("bounds are tight where the weights say what the worst input is") {
  QuantizedNet n(14);
  const ValueId x = n.input({3});
  const ValueId q = n.quant(x, {4, 0});  // -8 ... 7
  const ValueId w = n.graph.add_parameter("layer.weight", {2, 3}, {}), b = n.graph.add_parameter("layer.bias", {2}, {});
  n.graph.set_data(w, Tensor::of<float>({2, 3}, {1, -2, 0, 3, 0, 0}));
  n.graph.set_data(b, Tensor::of<float>({2}, {5, -1}));
  const ValueId y = n.node("Gemm", {q, n.quant(w, {4, 0, true, true}), b}, {{"transB", int64_t{1}}});
  n.graph.add_output("y", y);
  const Graph graph = deploy(n.graph);
  const IntegerModel model(graph);
  REQUIRE(model.proofs().size() == 1);
  const AccumulatorProof &proof = model.proofs()[0];
  CHECK(proof.layer == "layer");
  CHECK(proof.lowest == -25);  // channel 1: -1 - 3 * 8; channel 0: 5 - 8 - 14 = -17
  CHECK(proof.highest == 28);  // channel 0: 5 + 7 + 16
  CHECK(proof.width == 6);
  CHECK(proof.fraction == 0);
  const Tensor worst = Tensor::of<float>({2, 3}, {9, -9, 0, -9, 9, 9});
  const Tensor out = model.run({worst})[0];
  CHECK(out.data<float>()[0] == 28);
  CHECK(out.data<float>()[3] == -25);
}

TEST_CASE("no accumulator leaves its bounds") {
  QuantizedNet n(15);
  const ValueId x = n.input({8});
  const ValueId y = n.dense("a", n.quant(x), 12, 4, 3, false);
  n.graph.add_output("y", y);
  const Graph graph = deploy(n.graph);
  const IntegerModel model(graph);
  const IntegerTensor out = model.integers({n.rows(x, 500, 20)})[0];
  const auto [low, high] = std::minmax_element(out.data.begin(), out.data.end());
  CHECK(*low >= model.proofs()[0].lowest);
  CHECK(*high <= model.proofs()[0].highest);
}

TEST_CASE("rows are computed alike on one thread and on several, in any number") {
  QuantizedNet n(16);
  const ValueId x = n.input({3, 6, 6});
  const ValueId y = n.quant(n.node("Relu", {n.convolution("a", n.quant(x), 5, 3)}), {8, 3, false});
  n.graph.add_output("y", n.dense("b", n.node("Flatten", {y}), 4));
  const IntegerModel model(deploy(n.graph));
  const Tensor rows = n.rows(x, 57);
  const Tensor all = model.run({rows})[0];
  const RangeLoop backwards = [](uint64_t count, void (*range)(void *, uint64_t, uint64_t), void *context) {
    for (uint64_t i = count; i-- > 0;) range(context, i, i + 1);
  };
  CHECK(model.run({rows}, backwards)[0] == all);
  for (const int64_t count : {0, 1, 15, 16, 17}) CHECK(model.run({rows.rows(0, count)})[0] == all.rows(0, count));
}

TEST_CASE("what cannot be computed with integers is refused with its name") {
  const auto message = [](const Graph &graph) -> std::string {
    try {
      IntegerModel model(graph);
    } catch (const Error &e) {
      return e.what();
    }
    return "accepted";
  };
  QuantizedNet open(17);
  const ValueId x = open.input({3});
  const ValueId dense = open.dense("a", open.quant(x), 2);
  open.graph.add_output("y", dense);
  CHECK_THAT(message(open.graph), Contains("no Quant") && Contains("deployed"));

  QuantizedNet plain(18);
  const ValueId z = plain.input({3});
  plain.graph.add_output("y", plain.node("Relu", {z}));
  CHECK_THAT(message(plain.graph), Contains("without a Quant"));

  QuantizedNet bare(19);
  const ValueId soft = bare.node("Softmax", {bare.quant(bare.input({3}))});
  bare.graph.add_output("y", soft);
  CHECK_THAT(message(bare.graph), Contains("Softmax 'y'") && Contains("put a Quant after it"));

  QuantizedNet wide(20);
  const ValueId v = wide.input({64});
  wide.graph.add_output("y", wide.dense("a", wide.quant(v, {32, 20}), 2, 32, 31));
  CHECK_THAT(message(deploy(wide.graph)), Contains("62 bits"));

  QuantizedNet finite(21);
  const ValueId f = finite.input({2});
  finite.graph.add_output("y", finite.quant(f));
  const IntegerModel model(finite.graph);
  Tensor rows = Tensor::of<float>({2, 2}, {1, 2, 3, NAN});
  CHECK_THROWS_WITH(model.run({rows}), Contains("row 1") && Contains("nan"));
  CHECK_THROWS_WITH(model.run({Tensor(DType::f32, {2, 3})}), Contains("[N, 2]") && Contains("[2, 3]"));
  CHECK_THROWS_WITH(model.run({}), Contains("1 inputs"));
}

TEST_CASE("a subnormal input counts as zero, a stray zero sign does not matter") {
  QuantizedNet n(22);
  const ValueId x = n.input({3});
  n.graph.add_output("y", n.quant(x, {8, 0, true, false, "CEIL"}));
  const IntegerModel model(n.graph);
  const Tensor out = model.run({Tensor::of<float>({1, 3}, {1e-40F, -0.0F, 1e-37F})})[0];
  CHECK(out.data<float>()[0] == 0);
  CHECK(out.data<float>()[1] == 0);
  CHECK(out.data<float>()[2] == 1);
}
