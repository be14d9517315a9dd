// SPDX-License-Identifier: Apache-2.0
//
// What is made exact before quantizers are placed, and what is refused by name.
#include <catch2/catch.hpp>
#include <cmath>

#include "small_net.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

/// x [N, positions, 3] -> phi (MatMul) -> `middle` -> rho (Gemm)
struct SetNet : kit::SmallNet {
  Graph set;
  explicit SetNet(int64_t positions, const std::string &activation, std::map<std::string, Attribute> attributes = {}) {
    Graph &g = graph = Graph();
    const ValueId in = g.add_input("x", DType::f32, {-1, positions, 3});
    const ValueId w = g.add_parameter("phi.weight", {3, 4}, {NAC_INIT_UNIFORM, 0.5});
    ValueId h = node("MatMul", {in, w});
    h = node(activation, {h}, std::move(attributes));
    h = node("ReduceMean", {h}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}});
    initialize(g, 1);
    g.add_output("y", dense("rho", h, {2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}));
  }
  ValueId node(const std::string &op, const std::vector<ValueId> &in, std::map<std::string, Attribute> a = {}) {
    return graph.node(graph.add_node("", op, in, std::move(a))).outputs[0];
  }
  int count(const std::string &op) const {
    int n = 0;
    for (const NodeId id : graph.topological()) n += graph.node(id).op == op ? 1 : 0;
    return n;
  }
};

std::string refusal(Graph &graph) {
  try {
    kit::Pass("qat").step(graph);
  } catch (const nac::fw::Error &e) {
    CHECK(e.status() == NAC_UNSUPPORTED);
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("qat: a mean over 6 becomes a sum, and the next weights are divided") {
  SetNet net(6, "Relu");
  kit::Pass("qat").step(net.graph);
  CHECK(net.count("ReduceMean") == 0);
  CHECK(net.count("ReduceSum") == 1);
  const std::vector<float> w = kit::floats(net.graph, "rho.weight");
  for (std::size_t i = 0; i < w.size(); ++i) CHECK(w[i] == static_cast<float>(i + 1) / 6);
}

TEST_CASE("qat: a mean over 8 stays, and pooling gets no quantizer") {
  SetNet net(8, "Relu");
  kit::Pass("qat").step(net.graph);
  CHECK(net.count("ReduceMean") == 1);
  CHECK(kit::quant_count(net.graph) == 4);  // input, two weights, after Relu
}

TEST_CASE("qat: slopes become the nearest power of two") {
  SetNet net(8, "LeakyRelu", {{"alpha", 0.01F}});
  kit::Pass("qat").step(net.graph);
  for (const NodeId id : net.graph.topological())
    if (net.graph.node(id).op == "LeakyRelu") {
      CHECK(net.graph.node(id).number("alpha") == 0x1p-7F);
      const NodeId quant = kit::quant_after(net.graph, net.graph.node(id).outputs[0]);
      REQUIRE(quant != 0);
      CHECK(net.graph.node(quant).integer("signed") == 1);
    }
  CHECK(net.count("LeakyRelu") == 1);
  SetNet steep(8, "LeakyRelu", {{"alpha", 2.0F}});
  CHECK_THAT(refusal(steep.graph), Contains("LeakyRelu") && Contains("slope is 2"));
}

TEST_CASE("qat: tables read at least ten bits") {
  SetNet net(8, "Tanh");
  kit::Pass("qat", {{"bits", int64_t{6}}}).step(net.graph);
  for (const NodeId id : net.graph.topological()) {
    const Node &n = net.graph.node(id);
    if (n.op != "Tanh") continue;
    const NodeId before = net.graph.value(n.inputs[0]).producer;
    REQUIRE(is_quant(net.graph, before));
    CHECK(kit::width_of(net.graph, before) == 10);
    CHECK(kit::width_of(net.graph, kit::quant_after(net.graph, n.outputs[0])) == 6);
  }
  SetNet bounded(8, "Sigmoid");
  kit::Pass("qat").step(bounded.graph);
  for (const NodeId id : bounded.graph.topological())
    if (bounded.graph.node(id).op == "Sigmoid")
      CHECK(bounded.graph.node(kit::quant_after(bounded.graph, bounded.graph.node(id).outputs[0])).integer("signed") ==
            0);
}

TEST_CASE("qat: what integers cannot do is refused by name") {
  SetNet odd(6, "Tanh");  // fine: the mean's reader is the layer
  CHECK(refusal(odd.graph).empty());
  SetNet log(8, "LogSoftmax", {{"axis", int64_t{-1}}});
  CHECK_THAT(refusal(log.graph), Contains("LogSoftmax") && Contains("no integer arithmetic"));

  kit::SmallNet scaled;
  const ValueId two = scaled.graph.add_constant("two", Tensor::of({1}, std::vector<float>{2}));
  const ValueId product = scaled.graph.node(scaled.graph.add_node("", "Add", {scaled.relu, two})).outputs[0];
  scaled.graph.replace_uses(scaled.relu, product);
  CHECK_THAT(refusal(scaled.graph), Contains("constant 'two'"));

  Graph empty;
  const ValueId x = empty.add_input("x", DType::f32, {-1, 2});
  empty.add_output("y", empty.node(empty.add_node("", "Relu", {x})).outputs[0]);
  CHECK_THAT(refusal(empty), Contains("no layer to quantize"));
}

TEST_CASE("qat: layers that share a weight share its quantizer, if nothing is folded into it") {
  const auto net = [](bool normalized) {
    kit::SmallNet n;
    Graph &g = n.graph;
    const ValueId w = g.find("a.weight");
    ValueId again = g.node(g.add_node("", "Gemm", {n.relu, w}, {{"transB", int64_t{1}}})).outputs[0];
    g.replace_uses(n.relu, again);
    if (!normalized) return n;
    const auto tensor = [](float x) { return Tensor::of({2}, std::vector<float>{x, x}); };
    const ValueId normed =
        g.node(g.add_node("", "BatchNormalization",
                          {again, g.add_constant("gamma", tensor(1)), g.add_constant("beta", tensor(0)),
                           g.add_constant("mean", tensor(0)), g.add_constant("variance", tensor(1))}))
            .outputs[0];
    g.replace_uses(again, normed);
    return n;
  };
  kit::SmallNet plain = net(false), normed = net(true);
  kit::Pass("qat").step(plain.graph);
  CHECK(quantized_layers(Trace(plain.graph)).size() == 3);
  CHECK(kit::quant_count(plain.graph) == 5);  // input, two weights, two activations
  CHECK_THAT(refusal(normed.graph), Contains("shares its weight 'a.weight'"));
}

TEST_CASE("qat: values that are not finite, unknown layers and hosts that cannot measure") {
  kit::SmallNet net;
  kit::Pass wild("qat");
  wild.observer->told["hidden"] = {1, INFINITY};
  CHECK_THROWS_WITH(wild.step(net.graph), Contains("activation 'a.act'") && Contains("not finite"));
  kit::SmallNet other;
  kit::Pass named("qat", {{"overrides", std::string("c:4")}});
  CHECK_THROWS_WITH(named.step(other.graph), Contains("layer 'c'") && Contains("a, b"));
  kit::Pass blind("qat", {}, nullptr);
  CHECK_THROWS_WITH(blind.step(other.graph), Contains("nac.observe/1"));
}
