// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "fixed/deploy.hpp"
#include "fixed/integer_model.hpp"
#include "quantized_net.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;

namespace {

/// Zeros in entry `index` of a weight's dimension `d`.
void clear(Graph &graph, const std::string &name, std::size_t d, int64_t index) {
  const ValueId id = graph.find(name);
  Tensor t = *graph.value(id).data;
  std::size_t inner = 1;
  for (std::size_t i = d + 1; i < t.shape().size(); ++i) inner *= static_cast<std::size_t>(t.shape()[i]);
  for (std::size_t e = 0; e < static_cast<std::size_t>(t.elements()); ++e)
    if (e / inner % static_cast<std::size_t>(t.shape()[d]) == static_cast<std::size_t>(index))
      t.mutable_data<float>()[e] = 0;
  graph.set_data(id, t);
}

Graph checked(const Graph &trained, const Tensor &rows, int64_t channels, int64_t parameters) {
  const Graph before = deploy(trained);
  DeadUnits removed;
  const Graph after = remove_dead_units(before, &removed);
  after.check();
  CHECK(removed.channels == channels);
  CHECK(removed.parameters == parameters);
  CHECK(IntegerModel(after).run({rows})[0] == IntegerModel(before).run({rows})[0]);
  DeadUnits again;
  remove_dead_units(after, &again);
  CHECK(again.channels == 0);
  return after;
}
const Shape &shape_of(const Graph &graph, const char *name) { return graph.value(graph.find(name)).shape; }

}  // namespace

TEST_CASE("channels without weights become part of the next bias, channels that nobody reads go") {
  for (const uint32_t seed : {1U, 2U, 3U}) {
    QuantizedNet n(seed);
    const ValueId x = n.input({6});
    ValueId y = n.quant(n.node("LeakyRelu", {n.dense("a", n.quant(x), 9)}, {{"alpha", 0.125F}}), {8, 3});
    y = n.quant(n.node("Relu", {n.dense("b", y, 7)}), {8, 3, false});
    n.graph.add_output("y", n.dense("c", y, 4));
    clear(n.graph, "a.weight", 0, 2);  // constant
    clear(n.graph, "a.weight", 0, 8);
    clear(n.graph, "b.weight", 1, 4);  // unread
    clear(n.graph, "b.weight", 0, 0);  // constant
    const Graph after = checked(n.graph, n.rows(x, 60), 4, 3 * (6 + 1) + 3 * 7 + (6 + 1) + 4);
    CHECK(shape_of(after, "a.weight") == Shape{6, 6});
    CHECK(shape_of(after, "b.weight") == Shape{6, 6});
    CHECK(shape_of(after, "c.weight") == Shape{4, 6});
  }
}

TEST_CASE("channels of images, through pooling, reshaping and into a Gemm") {
  const auto ints = [](std::vector<int64_t> v) { return Attribute(std::move(v)); };
  QuantizedNet n(4);
  const ValueId x = n.input({2, 8, 8});
  ValueId y = n.quant(n.node("Relu", {n.convolution("a", n.quant(x), 6, 3)}), {8, 3, false});
  y = n.node("MaxPool", {y}, {{"kernel_shape", ints({2, 2})}, {"strides", ints({2, 2})}});
  y = n.quant(n.node("Relu", {n.convolution("b", y, 5, 2)}), {8, 3, false});
  y = n.reshape(n.node("Transpose", {n.reshape(y, {5, 4})}, {{"perm", Shape{0, 2, 1}}}), {20});
  n.graph.add_output("y", n.dense("c", y, 3));
  clear(n.graph, "a.weight", 0, 1);
  clear(n.graph, "b.weight", 0, 3);
  const Graph after = checked(n.graph, n.rows(x, 30), 2, (2 * 9 + 1) + 5 * 4 + (5 * 4 + 1) + 3 * 4);
  CHECK(shape_of(after, "a.weight") == Shape{5, 2, 3, 3});
  CHECK(shape_of(after, "b.weight") == Shape{4, 5, 2, 2});
  CHECK(shape_of(after, "c.weight") == Shape{3, 16});
}

TEST_CASE("sets: through their mean, also when the next layer has no bias yet") {
  QuantizedNet n(5);
  const ValueId x = n.input({4, 3});
  ValueId y = n.quant(n.node("Relu", {n.dense("a", n.quant(x), 6)}), {8, 3, false});
  y = n.quant(n.node("MatMul", {y, n.weight("b", {6, 5}, 8, 7, 1)}), {8, 3});
  y = n.node("ReduceMean", {y}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}});
  n.graph.add_output("y", n.dense("c", y, 3));
  clear(n.graph, "a.weight", 1, 2);
  n.graph.set_data(n.graph.find("a.bias"), Tensor::of<float>({6}, {1, 1, 1, 1, 1, 1}));
  const Graph after = checked(n.graph, n.rows(x, 40), 1, (3 + 1) + 5 - 5);
  CHECK(shape_of(after, "b.bias") == Shape{5});
}

TEST_CASE("padding takes only a constant of zero") {
  QuantizedNet n(6);
  const ValueId x = n.input({1, 5, 5});
  ValueId y = n.quant(n.node("Relu", {n.convolution("a", n.quant(x), 4, 1)}), {8, 3, false});
  y = n.convolution("b", y, 2, 3, {{"pads", std::vector<int64_t>{1, 1, 1, 1}}});
  n.graph.add_output("y", y);
  clear(n.graph, "a.weight", 0, 0);
  clear(n.graph, "a.weight", 0, 1);
  n.graph.set_data(n.graph.find("a.bias"), Tensor::of<float>({4}, {1, -1, 1, 1}));  // Relu makes the second one 0
  const Graph after = checked(n.graph, n.rows(x, 30), 1, 2 + 2 * 9);
  CHECK(shape_of(after, "a.weight") == Shape{3, 1, 1, 1});
}

TEST_CASE("a layer keeps a channel, a branch keeps all") {
  QuantizedNet n(7);
  const ValueId x = n.input({3});
  ValueId y = n.quant(n.node("Relu", {n.dense("a", n.quant(x), 4)}), {8, 3, false});
  n.graph.add_output("y", n.dense("b", y, 2));
  for (int64_t m = 0; m < 4; ++m) clear(n.graph, "a.weight", 0, m);
  CHECK(shape_of(checked(n.graph, n.rows(x, 20), 3, 3 * 4 + 2 * 3), "a.weight") == Shape{1, 3});

  QuantizedNet b(8);
  const ValueId z = b.input({4});
  const ValueId q = b.quant(z);
  const ValueId branch = b.quant(b.dense("a", q, 4), {8, 3});
  b.graph.add_output("y", b.dense("b", b.quant(b.node("Add", {q, branch}), {8, 3}), 2));
  clear(b.graph, "a.weight", 0, 1);
  checked(b.graph, b.rows(z, 20), 0, 0);
}
