// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "graph/graph.hpp"
#include "networks.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;
using Catch::Contains;

TEST_CASE("replacing uses inserts a node without making a cycle", "[graph][edit]") {
  Net n;
  const ValueId x = n.input({4});
  const ValueId a = n.node("Relu", {x});
  const ValueId b = n.node("Tanh", {a});
  n.graph.add_output("y", b);
  const ValueId s = n.node("Sigmoid", {a});
  n.graph.replace_uses(a, s);
  CHECK(n.graph.node(n.graph.value(b).producer).inputs[0] == s);
  CHECK(n.graph.node(n.graph.value(s).producer).inputs[0] == a);
  CHECK_NOTHROW(n.graph.check());
  CHECK(n.graph.topological().size() == 3);
}

TEST_CASE("replacing an output keeps its name and place", "[graph][edit]") {
  Net n;
  const ValueId x = n.input({4});
  const ValueId a = n.node("Relu", {x});
  n.graph.add_output("peak", a);
  const ValueId b = n.node("Tanh", {a});
  n.graph.replace_uses(a, b);
  CHECK(n.graph.outputs() == std::vector<ValueId>{b});
  CHECK(n.graph.value(b).name == "peak");
  CHECK(n.graph.find("peak") == b);
  CHECK(n.graph.find(n.graph.value(a).name) == a);
  CHECK_THROWS_WITH(n.graph.replace_uses(b, x), Contains("cannot become the output"));
}

TEST_CASE("a replacement that does not fit changes nothing", "[graph][edit]") {
  Net n;
  const ValueId x = n.input({4});
  const ValueId other = n.input({5});
  const ValueId labels = n.input({4}, DType::i64);
  const ValueId h = n.node("Relu", {x});
  const ValueId y = n.linear("fc", h, 2);
  n.graph.add_output("y", y);
  CHECK_THROWS_WITH(n.graph.replace_uses(h, other), Contains("5 features, the weight takes 4"));
  CHECK_THROWS_WITH(n.graph.replace_uses(h, labels), Contains("int64"));
  CHECK_THROWS_WITH(n.graph.replace_uses(h, h), Contains("itself"));
  CHECK_THROWS_WITH(n.graph.replace_uses(h, 99), Contains("no value 99"));
  CHECK_THROWS_WITH(n.graph.replace_uses(99, h), Contains("no value 99"));
  CHECK(n.graph.node(n.graph.value(y).producer).inputs[0] == h);
}

TEST_CASE("shapes follow a replaced weight", "[graph][edit]") {
  Net n;
  const ValueId h = n.conv("c", n.input({1, 5, 5}), 8, 3);
  n.graph.add_output("y", n.node("Flatten", {h}));
  const ValueId y = n.graph.outputs()[0];
  CHECK(n.shape(y) == Shape{-1, 72});
  const NodeId conv = n.graph.value(h).producer;
  const Node before = n.graph.node(conv);
  CHECK_THROWS_WITH(n.graph.replace_uses(before.inputs[1], n.parameter("small", {6, 1, 3, 3})), Contains("bias"));
  CHECK(n.shape(y) == Shape{-1, 72});
  const ValueId slim = n.node("Conv", {n.graph.inputs()[0], n.graph.find("small")});
  n.graph.replace_uses(h, slim);
  CHECK(n.shape(y) == Shape{-1, 54});
}

TEST_CASE("attributes are checked and shapes inferred again", "[graph][edit]") {
  Net n;
  const ValueId h = n.conv("c", n.input({1, 6, 6}), 2, 3);
  const ValueId y = n.node("Flatten", {n.node("Relu", {h})});
  n.graph.add_output("y", y);
  const NodeId conv = n.graph.value(h).producer;
  n.graph.set_attribute(conv, "strides", Shape{2, 2});
  CHECK(n.shape(y) == Shape{-1, 8});
  CHECK_THROWS_WITH(n.graph.set_attribute(conv, "strides", Shape{0, 1}), Contains("strides contains 0"));
  CHECK_THROWS_WITH(n.graph.set_attribute(conv, "size", int64_t{1}), Contains("no attribute 'size'"));
  CHECK_THROWS_WITH(n.graph.set_attribute(77, "strides", Shape{1, 1}), Contains("no node 77"));
  CHECK(n.graph.node(conv).integers("strides") == Shape{2, 2});
  CHECK(n.graph.node(conv).attributes.count("size") == 0);
}

TEST_CASE("data must fit its value", "[graph][edit]") {
  Net n;
  const ValueId x = n.input({12});
  const ValueId y = n.reshape(x, {3, 4});
  const ValueId shape = n.graph.node(n.graph.value(y).producer).inputs[1];
  n.graph.add_output("y", n.node("Relu", {y}));
  n.graph.set_data(shape, Tensor::of<int64_t>({3}, {0, 2, 6}));
  CHECK(n.shape(n.graph.outputs()[0]) == Shape{-1, 2, 6});
  CHECK_THROWS_WITH(n.graph.set_data(shape, Tensor::of<int64_t>({3}, {0, 5, 5})), Contains("25 elements"));
  CHECK(n.shape(n.graph.outputs()[0]) == Shape{-1, 2, 6});
  CHECK_THROWS_WITH(n.graph.set_data(shape, Tensor::of<int64_t>({2}, {0, 12})), Contains("does not fit"));
  CHECK_THROWS_WITH(n.graph.set_data(shape, Tensor(DType::f32, {3})), Contains("float32"));
  CHECK_THROWS_WITH(n.graph.set_data(x, Tensor(DType::f32, {1, 12})), Contains("no data of its own"));
  CHECK_THROWS_WITH(n.graph.clear_data(shape), Contains("no parameter"));
}

TEST_CASE("nodes in use stay", "[graph][edit]") {
  Net n;
  const ValueId a = n.node("Relu", {n.input({4})});
  const ValueId b = n.node("Tanh", {a});
  n.graph.add_output("y", b);
  CHECK_THROWS_WITH(n.graph.remove_node(n.graph.value(a).producer), Contains("used by Tanh"));
  CHECK_THROWS_WITH(n.graph.remove_node(n.graph.value(b).producer), Contains("is an output"));
  CHECK_THROWS_WITH(n.graph.remove_node(0), Contains("no node 0"));
  const ValueId spare = n.node("Sigmoid", {a});
  const std::string name = n.graph.value(spare).name;
  n.graph.remove_node(n.graph.value(spare).producer);
  CHECK_FALSE(n.graph.has_value(spare));
  CHECK(n.graph.find(name) == 0);
  CHECK_NOTHROW(n.graph.check());
}

TEST_CASE("dead branches go, inputs stay", "[graph][edit]") {
  Net n;
  const ValueId x = n.input({4});
  const ValueId y = n.linear("live", x, 2);
  n.node("Relu", {n.linear("dead", x, 3)});
  n.graph.add_output("y", y);
  n.graph.prune_dead();
  CHECK(n.graph.find("dead.weight") == 0);
  CHECK(n.graph.find("live.bias") != 0);
  CHECK(n.graph.topological().size() == 1);
  CHECK_NOTHROW(n.graph.check());
}

TEST_CASE("names can change and stay unique", "[graph][edit]") {
  Net n;
  const ValueId x = n.input({4});
  const ValueId y = n.node("Relu", {x});
  n.graph.set_name(y, "a");
  n.graph.set_name(y, "a");
  n.graph.set_name(y, "b");
  CHECK(n.graph.find("a") == 0);
  CHECK(n.graph.find("b") == y);
  CHECK_THROWS_WITH(n.graph.set_name(x, "b"), Contains("already"));
  CHECK_THROWS_WITH(n.graph.set_name(x, ""), Contains("empty"));
  CHECK_THROWS_AS(n.graph.set_name(99, "z"), Error);
}
