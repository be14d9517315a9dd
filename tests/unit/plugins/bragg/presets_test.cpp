// SPDX-License-Identifier: Apache-2.0
#include "bragg/presets.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "graph/cost.hpp"
#include "kit.hpp"

using namespace nac::bragg;
using nac::test::build_preset;

namespace {

int64_t trainable_values(const nac::fw::Graph &g) {
  int64_t total = 0;
  for (const nac::fw::ValueId id : g.values()) {
    if (g.value(id).kind != nac::fw::ValueKind::parameter) continue;
    int64_t n = 1;
    for (const int64_t d : g.value(id).shape) n *= d;
    total += n;
  }
  return total;
}

}  // namespace

TEST_CASE("bragg presets: published parameter counts, exactly") {
  nac::test::attach_host();
  // NAC paper, Table 1; Table 5 as printed; NAC's search log, trial 0; BraggNN's published weight files.
  const std::map<std::string, int64_t> published{{"BraggNN", 45274},
                                                 {"OpenHLS", 3016},
                                                 {"Large", 92438},
                                                 {"Medium", 26402},
                                                 {"Small", 23788},
                                                 {"Tiny", 23094},
                                                 {"Large-k3", 55574},
                                                 {"Medium-k3", 13602},
                                                 {"Small-k3", 9644},
                                                 {"BraggNN-fc16_8_4_2", 33172},
                                                 {"BraggNN-fc32_16_8_4", 36910}};
  REQUIRE(presets().size() == published.size());
  bragg_task task(nac::test::small_options());
  for (const preset &p : presets()) {
    INFO(p.name);
    const nac::fw::Graph g = build_preset(task, p.name);
    CHECK(trainable_values(g) == published.at(p.name));
    CHECK(nac::fw::cost_of(g).parameters == published.at(p.name));
    CHECK(parameter_count(p.network) == published.at(p.name));
    CHECK(p.parameters == published.at(p.name));
    REQUIRE(g.inputs().size() == 1);
    CHECK(g.value(g.inputs()[0]).name == "patch");
    CHECK(g.value(g.inputs()[0]).shape == nac::fw::Shape{-1, 1, 11, 11});
    REQUIRE(g.outputs().size() == 1);
    CHECK(g.value(g.outputs()[0]).shape == nac::fw::Shape{-1, 2});
  }
}

TEST_CASE("bragg presets: Table 1's bit operations under the convention of the search code") {
  nac::test::attach_host();
  bragg_task task(nac::test::small_options());
  nac::fw::BopsOptions options;
  options.convention = nac::fw::BopsConvention::nac_repo;
  const std::map<std::string, double> published{
      {"Large", 5861582336.0}, {"Medium", 1446797184.0}, {"Small", 880871936.0}, {"Tiny", 799953344.0}};
  for (const auto &[name, bops] : published) {
    INFO(name);
    CHECK(nac::fw::cost_of(build_preset(task, name), options).bops == Approx(bops).epsilon(2e-6));
  }
}

TEST_CASE("bragg presets: weights are called as in BraggNN's files") {
  nac::test::attach_host();
  bragg_task task(nac::test::small_options());
  const nac::fw::Graph g = build_preset(task, "BraggNN-fc16_8_4_2");
  const std::map<std::string, nac::fw::Shape> files{{"cnn_layers.0.weight", {64, 1, 3, 3}},
                                                    {"cnn_layers.0.bias", {64}},
                                                    {"nlb.theta_layer.weight", {32, 64, 1, 1}},
                                                    {"nlb.phi_layer.bias", {32}},
                                                    {"nlb.g_layer.weight", {32, 64, 1, 1}},
                                                    {"nlb.out_cnn.weight", {64, 32, 1, 1}},
                                                    {"cnn_layers.2.weight", {32, 64, 3, 3}},
                                                    {"cnn_layers.4.weight", {8, 32, 3, 3}},
                                                    {"dense_layers.0.weight", {16, 200}},
                                                    {"dense_layers.6.weight", {2, 4}},
                                                    {"dense_layers.8.bias", {2}}};
  for (const auto &[name, shape] : files) {
    INFO(name);
    REQUIRE(g.find(name) != 0);
    CHECK(g.value(g.find(name)).shape == shape);
  }
}

TEST_CASE("bragg presets: slopes and structure") {
  nac::test::attach_host();
  bragg_task task(nac::test::small_options());
  const auto slopes = [&](const std::string &name) {
    std::map<float, int> found;
    const nac::fw::Graph g = build_preset(task, name);
    for (const nac::fw::NodeId id : g.topological())
      if (g.node(id).op == "LeakyRelu") ++found[g.node(id).number("alpha")];
    return found;
  };
  CHECK(slopes("BraggNN") == std::map<float, int>{{0.01F, 6}});  // attention, two convolutions, three linear layers
  CHECK(slopes("Tiny") == std::map<float, int>{{0.0078125F, 3}});
  CHECK(slopes("Large") == std::map<float, int>{{0.0078125F, 2}});
  CHECK(slopes("OpenHLS").empty());
  CHECK(to_text(find_preset("Small").network) ==
        "proj8 | conv 2k1-leaky 4k1-bn-leaky | 64-bn-leaky 32-bn-relu 16-bn-leaky 2-bn");
  CHECK_THROWS_WITH(find_preset("Huge"), Catch::Contains("'Huge'") && Catch::Contains("BraggNN, OpenHLS, Large"));
}
