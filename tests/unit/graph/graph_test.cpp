// SPDX-License-Identifier: Apache-2.0
#include "graph/graph.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "networks.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;
using Catch::Contains;

TEST_CASE("a graph knows its values, nodes and names", "[graph]") {
  Graph g;
  const ValueId x = g.add_input("x", DType::f32, {-1, 4});
  const ValueId w = g.add_parameter("w", {3, 4}, {NAC_INIT_NORMAL, 0.5});
  const NodeId gemm = g.add_node("", "Gemm", {x, w, 0}, {{"transB", int64_t{1}}});
  const ValueId h = g.node(gemm).outputs[0];
  const NodeId relu = g.add_node("ai.onnx", "Relu", {h});
  const ValueId y = g.node(relu).outputs[0];
  g.add_output("y", y);
  CHECK_NOTHROW(g.check());
  CHECK(g.value(h).shape == Shape{-1, 3});
  CHECK(g.value(h).producer == gemm);
  CHECK(g.value(w).init.scale == 0.5);
  CHECK(g.find("y") == y);
  CHECK(g.find("nothing") == 0);
  CHECK(g.values() == std::vector<ValueId>{x, w, h, y});
  CHECK(g.topological() == std::vector<NodeId>{gemm, relu});
  CHECK(g.users(h) == std::vector<NodeId>{relu});
  CHECK(g.node(gemm).inputs.size() == 2);  // the omitted bias is dropped
  CHECK(g.node(gemm).number("alpha") == 1);
  CHECK(g.node(relu).domain.empty());
  CHECK_FALSE(g.has_value(0));
  CHECK_FALSE(g.has_value(99));
  CHECK_FALSE(g.has_node(0));
  CHECK_THROWS_WITH(g.value(99), Contains("no value 99"));
  CHECK_THROWS_WITH(g.node(0), Contains("no node 0"));
  CHECK_THROWS_AS(g.users(99), Error);
}

TEST_CASE("wrong inputs, parameters and names are refused", "[graph]") {
  Graph g;
  CHECK_THROWS_WITH(g.add_input("x", DType::f32, {}), Contains("dimension 0 must be -1"));
  CHECK_THROWS_WITH(g.add_input("x", DType::f32, {4, 4}), Contains("dimension 0 must be -1"));
  CHECK_THROWS_WITH(g.add_input("x", DType::f32, {-1, 0}), Contains("dimension 1 must be 1 or more"));
  CHECK_THROWS_WITH(g.add_input("x", DType::f32, {-1, -1}), Contains("dimension 1"));
  CHECK_THROWS_WITH(g.add_input("x", DType::f32, {-1, 1, 1, 1, 1, 1, 1, 1, 1}), Contains("9 dimensions"));
  CHECK_THROWS_WITH(g.add_input("x", DType::f32, {-1, INT64_MAX, 2}), Contains("2^40"));
  CHECK_THROWS_WITH(g.add_parameter("w", {-1, 2}, {}), Contains("must be 1 or more"));
  CHECK_THROWS_WITH(g.add_parameter("w", {2}, {4, 0}), Contains("initialization 4"));
  CHECK_THROWS_WITH(g.add_parameter("w", {2}, {NAC_INIT_NORMAL, -1}), Contains("scale -1"));
  CHECK_THROWS_AS(g.add_parameter("w", {2}, {NAC_INIT_NORMAL, NAN}), Error);
  CHECK_THROWS_WITH(g.add_input("a\nb", DType::f32, {-1, 1}), Contains("0x0a"));
  CHECK_THROWS_WITH(g.add_input("\xC3(", DType::f32, {-1, 1}), Contains("UTF-8"));
  CHECK_THROWS_WITH(g.add_input(std::string(2000, 'x'), DType::f32, {-1, 1}), Contains("2000 bytes"));
  CHECK(g.values().empty());
  g.add_input(
      "gr\xC3\xB6"
      "\xC3\x9F"
      "e",
      DType::f32, {-1, 1});
  CHECK_THROWS_WITH(g.add_parameter("gr\xC3\xB6"
                                    "\xC3\x9F"
                                    "e",
                                    {1}, {}),
                    Contains("already"));
  CHECK(g.values().size() == 1);
}

TEST_CASE("invented names are unique", "[graph]") {
  Graph g;
  const ValueId a = g.add_input("", DType::f32, {-1, 1});
  g.add_parameter(g.value(a).name.substr(0, 5) + "_2", {1}, {});  // what the next one would be called
  const ValueId b = g.add_input("", DType::f32, {-1, 1});
  CHECK(g.value(a).name != g.value(b).name);
}

TEST_CASE("wrong nodes are refused and leave nothing behind", "[graph]") {
  Graph g;
  const ValueId x = g.add_input("x", DType::f32, {-1, 4});
  const ValueId i = g.add_input("i", DType::i64, {-1});
  CHECK_THROWS_WITH(g.add_node("", "Frobnicate", {x}),
                    Contains("'Frobnicate'") && Contains("Conv") && Contains("Quant"));
  CHECK_THROWS_WITH(g.add_node("my.domain", "Relu", {x}), Contains("'my.domain'"));
  CHECK_THROWS_WITH(g.add_node("", "Relu", {}), Contains("has 0 inputs, it takes 1"));
  CHECK_THROWS_WITH(g.add_node("", "Relu", {x, x}), Contains("has 2 inputs"));
  CHECK_THROWS_WITH(g.add_node("", "Relu", {77}), Contains("no value 77"));
  CHECK_THROWS_WITH(g.add_node("", "Add", {0, x}), Contains("input 0 is missing"));
  CHECK_THROWS_WITH(g.add_node("", "Relu", {i}), Contains("'i'") && Contains("int64"));
  CHECK_THROWS_WITH(g.add_node("", "Relu", {x}, {{"alpha", 1.0F}}),
                    Contains("no attribute 'alpha'") && Contains("none"));
  CHECK_THROWS_WITH(g.add_node("", "LeakyRelu", {x}, {{"alpha", int64_t{1}}}),
                    Contains("'alpha' is an integer, it must be a float"));
  CHECK_THROWS_WITH(g.add_node("", "LeakyRelu", {x}, {{"slope", 1.0F}}), Contains("accepted are alpha"));
  CHECK_THROWS_WITH(g.add_node("", "Relu", {x}, {}, 2), Contains("2 were asked for"));
  CHECK_THROWS_WITH(g.add_node("", "Relu", {x}, {}, 0), Contains("0 were asked for"));
  CHECK_THROWS_WITH(g.add_node("", "Gemm", {x, x}), Contains("x [N, 4]"));
  CHECK(g.values().size() == 2);
  CHECK(g.topological().empty());
}

TEST_CASE("outputs are named results", "[graph]") {
  Net n;
  const ValueId x = n.input({4});
  const ValueId y = n.node("Relu", {x});
  CHECK_THROWS_WITH(n.graph.add_output("x", x), Contains("not computed by any node"));
  CHECK_THROWS_WITH(n.graph.add_output("y", 50), Contains("no value 50"));
  CHECK_THROWS_WITH(n.graph.add_output(n.graph.value(x).name, y), Contains("already"));
  CHECK(n.graph.outputs().empty());
  n.graph.add_output("y", y);
  CHECK_THROWS_WITH(n.graph.add_output("z", y), Contains("an output already"));
  CHECK(n.graph.value(y).name == "y");
}

TEST_CASE("check is strict about what a finished graph needs", "[graph]") {
  Graph g;
  CHECK_THROWS_WITH(g.check(), Contains("no input"));
  const ValueId x = g.add_input("x", DType::f32, {-1, 3});
  const ValueId labels = g.add_input("labels", DType::i64, {-1});
  const ValueId y = g.node(g.add_node("", "Softmax", {x})).outputs[0];
  CHECK_THROWS_WITH(g.check(), Contains("no output"));
  g.add_output("y", y);
  CHECK_THROWS_WITH(g.check(), Contains("'labels' is used by no node"));
  g.add_node("", "SoftmaxCrossEntropyLoss", {y, labels});  // a loss need not be an output
  CHECK_NOTHROW(g.check());
  g.add_parameter("spare", {3}, {});
  CHECK_NOTHROW(g.check());
}

TEST_CASE("the published models are consistent graphs", "[graph]") {
  for (const char *name : {"Large", "Medium", "Small", "Tiny"}) {
    CHECK_NOTHROW(bragg(name).check());
    CHECK_NOTHROW(jets(name).check());
  }
  const Graph g = braggnn();
  CHECK_NOTHROW(g.check());
  CHECK(g.value(g.outputs()[0]).shape == Shape{-1, 2});
}

TEST_CASE("a copy is independent", "[graph]") {
  Graph a = jets("Tiny");
  initialize(a, 1);
  Graph b = a;
  const ValueId w = a.find("phi0.weight");
  b.set_data(w, Tensor(DType::f32, {3, 8}));
  b.set_name(w, "other");
  CHECK(a.value(w).name == "phi0.weight");
  CHECK(a.value(w).data->data<float>()[0] != 0);
}
