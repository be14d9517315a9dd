// SPDX-License-Identifier: Apache-2.0
#include "graph/onnx.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "graph/canonical_hash.hpp"
#include "graph/cost.hpp"
#include "networks.hpp"
#include "run_script.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;
using Catch::Contains;

namespace {

/// Everything that the published models do not use.
Graph zoo() {
  Net n;
  const ValueId image = n.input({2, 9, 8});
  ValueId a = n.node(
      "Conv", {image, n.parameter("w", {4, 1, 3, 3})},
      {{"group", int64_t{2}}, {"strides", Shape{2, 1}}, {"pads", Shape{1, 0, 2, 1}}, {"dilations", Shape{1, 2}}});
  a = n.node("Gelu", {a});
  const ValueId m =
      n.node("MaxPool", {a}, {{"kernel_shape", Shape{2, 2}}, {"ceil_mode", int64_t{1}}, {"strides", Shape{2, 2}}});
  const ValueId v = n.node("AveragePool", {a},
                           {{"kernel_shape", Shape{2, 2}},
                            {"strides", Shape{2, 2}},
                            {"pads", Shape{0, 0, 1, 1}},
                            {"count_include_pad", int64_t{1}}});
  const ValueId c =
      n.node("Concat", {n.node("Sigmoid", {m}), n.node("Tanh", {n.node("Identity", {v})})}, {{"axis", int64_t{1}}});
  const ValueId f = n.reshape(c, {8, -1});
  const ValueId two = n.graph.add_constant("two", Tensor::of<float>({1}, {2}));
  const ValueId mixed = n.node("Div", {n.node("Sub", {f, two}), n.node("Mul", {f, f})});
  const ValueId attention =
      n.node("MatMul",
             {n.node("Softmax", {n.node("MatMul", {mixed, n.node("Transpose", {f}, {{"perm", Shape{0, 2, 1}}})})}), f});
  const ValueId s = n.node("ReduceSum", {attention}, {{"axes", Shape{1}}, {"keepdims", int64_t{0}}});
  const ValueId x = n.node("ReduceMax", {attention}, {{"axes", Shape{1}}, {"keepdims", int64_t{0}}});
  const ValueId h = n.node("Flatten", {n.node("Add", {s, x})});
  const ValueId scores = n.node("Gelu", {n.linear("fc", h, 3)});
  n.graph.add_output("scores", n.node("LogSoftmax", {scores}));
  const ValueId labels = n.input({}, DType::i64);
  n.graph.add_output("loss", n.node("SoftmaxCrossEntropyLoss", {scores, labels}));
  n.graph.add_output("mean", n.node("ReduceMean", {scores}, {{"keepdims", int64_t{0}}}));
  return n.graph;
}

Graph quantized() {
  Net n;
  const auto scalar = [&](const char *name, float v) { return n.graph.add_constant(name, Tensor::of<float>({}, {v})); };
  const ValueId scale = scalar("scale", 0.125F), zero = scalar("zero", 0), bits = scalar("bits", 8);
  const auto quant = [&](ValueId x) {
    return n.graph.node(n.graph.add_node(NAC_DOMAIN_QONNX, "Quant", {x, scale, zero, bits})).outputs[0];
  };
  const ValueId w = quant(n.parameter("w", {3, 4}));
  n.graph.add_output("y", n.node("Gemm", {quant(n.input({4})), w}, {{"transB", int64_t{1}}}));
  return n.graph;
}

std::map<std::string, Graph> all_graphs() {
  std::map<std::string, Graph> graphs{{"zoo", zoo()}, {"quantized", quantized()}, {"braggnn", braggnn()}};
  for (const char *name : {"Large", "Medium", "Small", "Tiny"}) {
    graphs.emplace("bragg" + std::string(name), bragg(name));
    graphs.emplace("jets" + std::string(name), jets(name));
  }
  for (auto &[name, graph] : graphs) initialize(graph, 5);
  return graphs;
}

}  // namespace

TEST_CASE("exported models pass the onnx checker and its shape inference", "[onnx]") {
  const ScriptFolder folder;
  const auto graphs = all_graphs();
  for (const auto &[name, graph] : graphs) {
    const std::string bytes = to_onnx(graph, "a test",
                                      {{"task", "test"},
                                       {"gr\xC3\xB6"
                                        "\xC3\x9F"
                                        "e",
                                        "1"}});
    folder.add(name + ".onnx", bytes);
    folder.add(name + "-again.onnx", to_onnx(from_onnx(bytes, name).graph));
  }
  std::string report;
  const int code = folder.run("check_onnx.py", &report);
  if (code < 0) {
    WARN("skipped: /usr/bin/python3 has no onnx (Debian: python3-onnx)");
    return;
  }
  INFO(report);
  CHECK(code == 0);
  CHECK(static_cast<std::size_t>(std::count(report.begin(), report.end(), '\n')) == 2 * graphs.size());
}

TEST_CASE("what is written reads back as the same graph", "[onnx]") {
  for (const auto &[name, graph] : all_graphs()) {
    INFO(name);
    const std::string bytes = to_onnx(graph, "described", {{"a", "1"}, {"b", "2"}});
    CHECK(bytes == to_onnx(graph, "described", {{"a", "1"}, {"b", "2"}}));
    const OnnxModel read = from_onnx(bytes, "memory");
    CHECK(read.metadata == std::map<std::string, std::string>{{"a", "1"}, {"b", "2"}});
    CHECK(canonical_hash(read.graph) == canonical_hash(graph));
    CHECK(cost_of(read.graph).parameters == cost_of(graph).parameters);
    CHECK(cost_of(read.graph).bops == Approx(cost_of(graph).bops));
    for (const ValueId id : graph.values()) {
      const Value &v = graph.value(id);
      if (v.kind != ValueKind::parameter) continue;
      const ValueId same = read.graph.find(v.name);
      REQUIRE(same != 0);
      CHECK(read.graph.value(same).kind == ValueKind::parameter);
      CHECK(*read.graph.value(same).data == *v.data);
      CHECK(read.graph.value(same).init.kind == v.init.kind);
      CHECK(read.graph.value(same).init.scale == v.init.scale);
    }
  }
}

TEST_CASE("dead branches and the inputs only they use are not written", "[onnx]") {
  Net n;
  const ValueId x = n.input({4});
  const ValueId scores = n.linear("fc", x, 3);
  n.graph.add_output("scores", scores);
  const ValueId labels = n.input({}, DType::i64);
  n.node("SoftmaxCrossEntropyLoss", {scores, labels});
  initialize(n.graph, 1);
  const Graph read = from_onnx(to_onnx(n.graph), "m").graph;
  CHECK(read.inputs().size() == 1);
  CHECK(read.topological().size() == 1);
}

TEST_CASE("a graph without values or without outputs is not written", "[onnx]") {
  Graph g = jets("Tiny");
  CHECK_THROWS_WITH(to_onnx(g), Contains("'phi0.weight' has no values yet"));
  Graph empty;
  CHECK_THROWS_AS(to_onnx(empty), Error);
}

TEST_CASE("names that the expansion of Gelu would take are avoided", "[onnx]") {
  Net n;
  const ValueId x = n.graph.add_input("y.erf", DType::f32, {-1, 2});
  const ValueId w = n.graph.add_parameter("y.half", {2}, {NAC_INIT_ONES, 0});
  n.graph.add_output("y", n.node("Gelu", {n.node("Mul", {x, w})}));
  initialize(n.graph, 1);
  const Graph read = from_onnx(to_onnx(n.graph), "m").graph;
  CHECK(canonical_hash(read) == canonical_hash(n.graph));
  CHECK(read.find("y.half") != 0);
}
