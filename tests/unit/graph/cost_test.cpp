// SPDX-License-Identifier: Apache-2.0
//
// The exact published rows: NAC paper, Tables 1, 3, 5 and 6, and values of the same models under consistent counting.
#include "graph/cost.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "base/error.hpp"
#include "networks.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;

namespace {

double mega(const Graph &g, BopsConvention convention, int bits) {
  return cost_of(g, {convention, bits, bits}).bops / 1e6;
}

}  // namespace

TEST_CASE("parameters are those of the published models", "[cost]") {
  CHECK(cost_of(braggnn()).parameters == 45274);
  CHECK(cost_of(bragg("Large")).parameters == 92438);
  CHECK(cost_of(bragg("Medium")).parameters == 26402);
  CHECK(cost_of(bragg("Small")).parameters == 23788);
  CHECK(cost_of(bragg("Tiny")).parameters == 23094);
  // With 3x3 block kernels, as Table 5 prints them.
  CHECK(cost_of(bragg("Large", 3)).parameters == 55574);
  CHECK(cost_of(bragg("Medium", 3)).parameters == 13602);
  CHECK(cost_of(bragg("Small", 3)).parameters == 9644);
  CHECK(cost_of(jets("Large")).parameters == 7535);
  CHECK(cost_of(jets("Medium")).parameters == 2813);
  CHECK(cost_of(jets("Small")).parameters == 815);
  CHECK(cost_of(jets("Tiny")).parameters == 573);
  CHECK(cost_of(jets({32, 32, 32}, {32, 5})).parameters == 3461);
  CHECK(cost_of(jets({32, 32}, {16, 5})).parameters == 1797);
  CHECK(cost_of(jets({32, 32, 32}, {16, 5})).parameters == 2853);
}

TEST_CASE("nac-repo gives the BOPs of Tables 1 and 3", "[cost]") {
  const auto repo = BopsConvention::nac_repo;
  CHECK(mega(bragg("Large"), repo, 32) == Approx(5861.582).epsilon(0).margin(6e-4));
  CHECK(mega(bragg("Medium"), repo, 32) == Approx(1446.797).epsilon(0).margin(6e-4));
  CHECK(mega(bragg("Small"), repo, 32) == Approx(880.872).epsilon(0).margin(6e-4));
  CHECK(mega(bragg("Tiny"), repo, 32) == Approx(799.953).epsilon(0).margin(6e-4));
  CHECK(mega(braggnn(), repo, 32) == Approx(135483.679).epsilon(6e-8));  // the log prints float32
  CHECK(mega(jets({32, 32, 32}, {16, 5}), repo, 8) == Approx(12.104).epsilon(0).margin(6e-4));
  CHECK(mega(jets({32, 32, 32}, {32, 5}), repo, 8) == Approx(12.155).epsilon(0).margin(6e-4));
  CHECK(mega(jets({32, 32}, {16, 5}), repo, 8) == Approx(6.337).epsilon(0).margin(6e-4));
  CHECK(mega(jets("Large"), repo, 8) == Approx(7.336).epsilon(0).margin(6e-4));
  CHECK(mega(jets("Tiny"), repo, 8) == Approx(0.517).epsilon(0).margin(6e-4));
  // 3x3 block kernels, as printed in Table 5
  CHECK(mega(bragg("Large", 3), repo, 32) == Approx(45837).epsilon(0).margin(0.6));
  CHECK(mega(bragg("Medium", 3), repo, 32) == Approx(6596).epsilon(0).margin(0.6));
  CHECK(mega(bragg("Small", 3), repo, 32) == Approx(1511).epsilon(0).margin(0.6));
}

TEST_CASE("counted BOPs count every position once", "[cost]") {
  const auto counted = BopsConvention::counted;
  struct Row {
    Graph graph;
    double at32, at8, margin32, margin8;
  };
  const Row rows[] = {
      {braggnn(), 2279.9, 175.2, 0.06, 0.06},     {bragg("Large"), 331.1, 26.31, 0.06, 0.006},
      {bragg("Medium"), 51.7, 4.056, 0.06, 6e-4}, {bragg("Small"), 34.05, 2.699, 0.006, 6e-4},
      {bragg("Tiny"), 31.43, 2.517, 0.006, 6e-4}, {jets({32, 32, 32}, {32, 5}), 20.05, 1.558, 0.006, 6e-4},
      {jets("Large"), 16.59, 1.295, 0.006, 6e-4}, {jets("Medium"), 5.384, 0.4155, 6e-4, 6e-5},
      {jets("Small"), 2.115, 0.1620, 6e-4, 6e-5}, {jets("Tiny"), 1.224, 0.0935, 6e-4, 6e-5}};
  for (const Row &row : rows) {
    CHECK(mega(row.graph, counted, 32) == Approx(row.at32).epsilon(0).margin(row.margin32));
    CHECK(mega(row.graph, counted, 8) == Approx(row.at8).epsilon(0).margin(row.margin8));
  }
}

TEST_CASE("appendix BOPs have no spatial factor", "[cost]") {
  const auto appendix = BopsConvention::appendix;
  CHECK(mega(braggnn(), appendix, 32) == Approx(481.5).epsilon(0).margin(0.06));
  CHECK(mega(bragg("Large"), appendix, 32) == Approx(100.9).epsilon(0).margin(0.06));
  CHECK(mega(bragg("Medium"), appendix, 32) == Approx(28.7).epsilon(0).margin(0.06));
  CHECK(mega(bragg("Small"), appendix, 32) == Approx(25.7).epsilon(0).margin(0.06));
  CHECK(mega(bragg("Tiny"), appendix, 32) == Approx(25.1).epsilon(0).margin(0.06));
  CHECK(mega(jets({32, 32, 32}, {32, 5}), appendix, 32) == Approx(3.64).epsilon(0).margin(0.006));
  CHECK(mega(jets("Large"), appendix, 32) == Approx(7.28).epsilon(0).margin(0.006));
  CHECK(mega(jets("Medium"), appendix, 32) == Approx(2.69).epsilon(0).margin(0.006));
  CHECK(mega(jets("Small"), appendix, 32) == Approx(0.77).epsilon(0).margin(0.006));
  CHECK(mega(jets("Tiny"), appendix, 32) == Approx(0.55).epsilon(0).margin(0.006));
}

TEST_CASE("multiplications and layers", "[cost]") {
  Net n;
  ValueId x = n.conv("c", n.input({2, 6, 6}), 4, 3);
  x = n.node("Conv", {x, n.parameter("g.weight", {4, 1, 3, 3})}, {{"group", int64_t{4}}, {"strides", Shape{2, 2}}});
  x = n.node("Softmax", {n.linear("fc", n.node("Flatten", {x}), 3)});
  n.graph.add_output("y", x);
  const Cost cost = cost_of(n.graph);
  CHECK(cost.macs == 16 * 4 * 2 * 9 + 1 * 4 * 9 + 4 * 3);
  CHECK(cost.parameters == 4 * 2 * 9 + 4 + 36 + 12 + 3);
  REQUIRE(cost.layers.size() == 4);
  CHECK(cost.layers[0].name == "c");
  CHECK(cost.layers[0].parameters == 76);
  CHECK(cost.layers[1].name == "g");
  CHECK(cost.layers[2].name == "fc");
  CHECK(cost.layers[2].op == "Gemm");
  CHECK(cost.layers[3].op == "Softmax");
  // eq. 1 by hand: 3 outputs of 4 inputs, log2(4) = 2
  CHECK(cost.layers[2].bops == Approx(12 * (1024 + 64 + 2)));
  // eq. 3 by hand: one row of three
  CHECK(cost.layers[3].bops == Approx(1.5 * 3 * 31 + 2 + 3));
}

TEST_CASE("different bits for weights and activations", "[cost]") {
  Net n;
  n.graph.add_output("y", n.linear("fc", n.input({16}), 4));
  CHECK(cost_of(n.graph, {BopsConvention::counted, 4, 8}).bops == Approx(64 * (32 + 12 + 4)));
}

TEST_CASE("zero weights cost no multiplication, except in nac-repo", "[cost]") {
  Net n;
  n.graph.add_output("y", n.linear("fc", n.input({16}), 4));
  const double dense = cost_of(n.graph, {BopsConvention::nac_repo, 8, 8}).bops;
  Tensor w(DType::f32, {4, 16});
  for (int i = 0; i < 16; ++i) w.mutable_data<float>()[i] = 1;  // a quarter
  n.graph.set_data(n.graph.find("fc.weight"), w);
  CHECK(cost_of(n.graph, {BopsConvention::counted, 8, 8}).bops == Approx(64 * (0.25 * 64 + 16 + 4)));
  CHECK(cost_of(n.graph, {BopsConvention::appendix, 8, 8}).bops == Approx(64 * (0.25 * 64 + 16 + 4)));
  CHECK(cost_of(n.graph, {BopsConvention::nac_repo, 8, 8}).bops == dense);
  CHECK(cost_of(n.graph).parameters == 68);
}

TEST_CASE("costs see shared weights, weights on the left, quantizers and dead branches", "[cost]") {
  Net n;
  const ValueId x = n.input({5, 7});
  const ValueId w = n.parameter("w", {3, 5});
  const auto scalar = [&](float v) { return n.graph.add_constant("", Tensor::of<float>({}, {v})); };
  const NodeId quant = n.graph.add_node(NAC_DOMAIN_QONNX, "Quant", {w, scalar(0.5F), scalar(0), scalar(4)});
  const ValueId q = n.graph.node(quant).outputs[0];
  const ValueId a = n.node("MatMul", {q, x});  // [3,5] x [N,5,7]
  const ValueId b = n.node("MatMul", {w, x});
  n.node("Relu", {n.linear("dead", x, 100)});
  n.graph.add_output("y", n.node("Add", {a, b}));
  const Cost cost = cost_of(n.graph);
  CHECK(cost.parameters == 15);
  CHECK(cost.macs == 2 * 3 * 5 * 7);
  CHECK(cost.layers.size() == 2);
}

TEST_CASE("a loss over the batch costs nothing", "[cost]") {
  Net n;
  const ValueId y = n.linear("fc", n.input({4}), 2);
  n.graph.add_output("y", y);
  const double before = cost_of(n.graph).bops;
  const ValueId d = n.node("Sub", {y, n.input({2})});
  n.graph.add_output("loss", n.node("ReduceMean", {n.node("Mul", {d, d})}, {{"keepdims", int64_t{0}}}));
  CHECK(cost_of(n.graph).bops == before);
}

TEST_CASE("BOPs options are checked", "[cost]") {
  CHECK(parse_bops_convention("counted") == BopsConvention::counted);
  CHECK(parse_bops_convention("nac-repo") == BopsConvention::nac_repo);
  CHECK(std::string(name_of(parse_bops_convention("appendix"))) == "appendix");
  CHECK_THROWS_WITH(parse_bops_convention("Counted"), Catch::Contains("'Counted'") && Catch::Contains("nac-repo"));
  CHECK_THROWS_AS(parse_bops_convention(""), UsageError);
  const Graph g = jets("Tiny");
  CHECK_THROWS_AS(cost_of(g, {BopsConvention::counted, 0, 8}), Error);
  CHECK_THROWS_AS(cost_of(g, {BopsConvention::counted, 8, 65}), Error);
}
