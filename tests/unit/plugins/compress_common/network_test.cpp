// SPDX-License-Identifier: Apache-2.0
#include "compress_common/network.hpp"

#include <catch2/catch.hpp>

#include "graph/graph.hpp"
#include "services/graph_service.hpp"
#include "services/host.hpp"

using namespace nac::compressing;
using Catch::Matchers::Contains;

namespace {

struct Fixture {
  nac::fw::Host host;
  nac::fw::Graph graph;
  nac::graph_view view{nac::fw::to_abi(&graph)};
  Fixture() { nac::host().attach(host.get()); }
  ~Fixture() { nac::host().detach(); }
};

}  // namespace

TEST_CASE("layers are found with their bias, normalization, mask and quantizer") {
  Fixture f;
  nac::graph_view &g = f.view;
  const nac_value x = g.input("x", {4, 3});
  nac_value h = g.batch_norm_last("phi_norm", g.linear("phi", x, 5));
  const nac_value normed = h;
  h = g.node("ReduceMax", {g.node("Relu", {h})}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", 0}});
  const nac_value y = g.linear("rho", h, 2);
  g.output("y", y);
  nac::fw::initialize(f.graph, 1);

  const nac_value w = f.graph.find("rho.weight");
  std::vector<float> mask(10, 1);
  mask[3] = 0;
  g.replace_uses(w, g.node("Mul", {w, g.constant("rho.weight.mask", mask, {2, 5})}));

  const std::vector<layer> layers = network(g).layers();
  REQUIRE(layers.size() == 2);
  CHECK(layers[0].name == "phi");
  CHECK(layers[0].channels == 5);
  CHECK(layers[0].axis == 1);
  CHECK(g.is(layers[0].norm, "BatchNormalization"));
  CHECK(layers[0].result == normed);
  CHECK(layers[0].after.size() == 4);
  CHECK(layers[0].mask == 0);
  CHECK(layers[1].name == "rho");
  CHECK(layers[1].channels == 2);
  CHECK(layers[1].axis == 0);
  CHECK(layers[1].latent == w);
  CHECK(g.name(layers[1].mask) == "rho.weight.mask");
  CHECK(folded_weight(g, layers[1])[3] == 0);
}

TEST_CASE("folding multiplies each output with its own factor") {
  Fixture f;
  nac::graph_view &g = f.view;
  const nac_value x = g.input("x", {2});
  g.output("y", g.batch_norm("n", g.linear("l", x, 2)));
  nac::fw::initialize(f.graph, 1);
  g.set_floats(f.graph.find("l.weight"), {1, 2, 3, 4});
  g.set_floats(f.graph.find("n.weight"), {2, 1});
  g.set_floats(f.graph.find("n.running_var"), {4 - 1e-5F, 0.25F - 1e-5F});
  const std::vector<float> folded = folded_weight(g, network(g).layers().at(0));
  const std::vector<float> expected{1, 2, 6, 8};
  for (std::size_t i = 0; i < 4; ++i) CHECK(folded[i] == Approx(expected[i]));
}

TEST_CASE("a weight that is computed is refused by name") {
  Fixture f;
  nac::graph_view &g = f.view;
  const nac_value x = g.input("x", {2});
  const nac_value w = g.parameter("w", {2, 2}, NAC_INIT_ONES);
  g.output("y", g.node("MatMul", {x, g.transpose(w, {1, 0})}));
  CHECK_THROWS_WITH(network(g).layers(), Contains("MatMul") && Contains("Transpose"));
}
