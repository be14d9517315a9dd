// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "nac/cpp/compress.hpp"
#include "small_net.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

int64_t flag(const Graph &graph, NodeId quant, const char *name) { return graph.node(quant).integer(name); }

}  // namespace

TEST_CASE("qat: formats and scales of a small network") {
  kit::SmallNet net;
  kit::Pass pass("qat", {{"bits", int64_t{4}}, {"learned_scales", false}});
  pass.observer->told["x"] = {1.9F, -0.5F, 0.25F, 1};
  pass.observer->told["hidden"] = {0, 3, 6, 1, 2, 5};
  const kit::CompressStep step = pass.step(net.graph);
  CHECK(step.train_epochs == 20);
  CHECK(step.rewind == Rewind::learning_rate);
  CHECK(step.teacher_share == 0.5);  // 4 bits
  CHECK(step.temperature == 2);
  CHECK(pass.observer->asked == std::vector<std::string>{"x", "hidden"});

  CHECK(kit::quant_count(net.graph) == 4);
  const NodeId input = kit::quant_after(net.graph, net.x), hidden = kit::quant_after(net.graph, net.relu);
  REQUIRE((input != 0 && hidden != 0));
  CHECK(kit::width_of(net.graph, input) == 8);
  CHECK(flag(net.graph, input, "signed") == 1);
  CHECK(kit::fraction_of(net.graph, input) == 6);  // 1.9 * 64 = 121.6 <= 127
  CHECK(kit::width_of(net.graph, hidden) == 4);
  CHECK(flag(net.graph, hidden, "signed") == 0);
  CHECK(kit::fraction_of(net.graph, hidden) == 1);  // 6 * 2 = 12 <= 15
  CHECK(net.graph.node(hidden).text("rounding_mode") == "ROUND");
  CHECK(net.graph.node(hidden).text("overflow_mode") == "SAT");
  // a: rows (1, 0.5) and (-0.25, 0.75) in -7 ... 7: 1 * 4 and 0.75 * 8 are the largest that fit; both exact.
  CHECK(kit::floats(net.graph, "a.weight.scale") == std::vector<float>{0.25F, 0.125F});
  CHECK(net.graph.value(net.graph.find("a.weight.scale")).shape == Shape{2, 1});
  // b: 0.6 * 8 = 4.8; 0.3 -> 0.25, 0.6 -> 0.625 at f = 3. f = 4: 0.3125, 0.4375 (clipped): worse.
  CHECK(kit::floats(net.graph, "b.weight.scale") == std::vector<float>{0.125F});
  CHECK_FALSE(is_quant(net.graph, net.graph.value(net.graph.outputs()[0]).producer));
  CHECK(pass.step(net.graph).finished);
}

TEST_CASE("qat: parameters change what is placed") {
  kit::SmallNet net;
  kit::Pass pass("qat", {{"bits", int64_t{8}},
                         {"weight_bits", int64_t{6}},
                         {"input_bits", int64_t{10}},
                         {"overrides", std::string("b:3")},
                         {"rounding", std::string("rnd")},
                         {"overflow", std::string("wrap")},
                         {"per_channel", false},
                         {"epochs", int64_t{0}}});
  const kit::CompressStep step = pass.step(net.graph);
  CHECK(step.train_epochs == 0);
  CHECK(step.teacher_share == 0);
  const NodeId input = kit::quant_after(net.graph, net.x), hidden = kit::quant_after(net.graph, net.relu);
  CHECK(kit::width_of(net.graph, input) == 10);
  CHECK(kit::width_of(net.graph, hidden) == 8);
  CHECK(net.graph.node(hidden).text("rounding_mode") == "AP_RND");
  CHECK(net.graph.node(hidden).text("overflow_mode") == "WRAP");
  const NodeId a = kit::quant_after(net.graph, net.graph.find("a.weight"));
  const NodeId b = kit::quant_after(net.graph, net.graph.find("b.weight"));
  CHECK(kit::width_of(net.graph, a) == 6);
  CHECK(kit::width_of(net.graph, b) == 3);
  CHECK(net.graph.node(a).text("rounding_mode") == "ROUND");
  CHECK(net.graph.node(a).text("overflow_mode") == "SAT");
  CHECK(kit::floats(net.graph, "a.weight.scale").size() == 1);
  // Learned by default: of the hidden activation, not of the input.
  const Value &scale = net.graph.value(net.graph.node(hidden).inputs[1]);
  REQUIRE(scale.producer != 0);
  CHECK(net.graph.node(scale.producer).op == "PowerOfTwo");
  CHECK(net.graph.value(net.graph.find("a.act.log2_scale")).kind == ValueKind::parameter);
  CHECK(net.graph.value(net.graph.node(input).inputs[1]).kind == ValueKind::constant);
}

TEST_CASE("qat: a second run replaces the quantizers of the first") {
  kit::SmallNet net;
  kit::Pass first("qat", {{"bits", int64_t{8}}});
  first.step(net.graph);
  kit::Pass second("qat", {{"bits", int64_t{4}}});
  second.observer->told["hidden"] = {0, 3, 6, 1, 2, 5};
  second.step(net.graph);
  CHECK(kit::quant_count(net.graph) == 4);
  CHECK(kit::width_of(net.graph, kit::quant_after(net.graph, net.relu)) == 4);
  CHECK(kit::fraction_of(net.graph, kit::quant_after(net.graph, net.relu)) == 1);
  CHECK(kit::width_of(net.graph, kit::quant_after(net.graph, net.graph.find("b.weight"))) == 4);
  CHECK(quantized_layers(Trace(net.graph)).size() == 2);
  kit::Pass third("qat", {{"bits", int64_t{32}}});
  CHECK(third.step(net.graph).train_epochs == 20);
  CHECK(kit::quant_count(net.graph) == 0);
  CHECK(third.step(net.graph).finished);
  kit::Pass fourth("qat", {{"bits", int64_t{32}}});
  CHECK(fourth.step(net.graph).train_epochs == 0);
}

TEST_CASE("qat: masks stay in front of the weight's quantizer") {
  kit::SmallNet net;
  kit::Pass prune("prune", {{"fraction", 0.5}, {"guards", false}});
  prune.step(net.graph);
  prune.step(net.graph);
  kit::Pass pass("qat");
  pass.step(net.graph);
  const ValueId w = net.graph.find("a.weight");
  REQUIRE(net.graph.users(w).size() == 1);
  const Node &mul = net.graph.node(net.graph.users(w)[0]);
  CHECK(mul.op == "Mul");
  CHECK(kit::quant_after(net.graph, mul.outputs[0]) != 0);
  CHECK(quantized_layers(Trace(net.graph)).size() == 2);
}

TEST_CASE("qat: a dead activation is quantized all the same") {
  kit::SmallNet net;
  kit::Pass pass("qat", {{"bits", int64_t{8}}});
  pass.observer->told["hidden"] = {0, 0, 0, 0};
  pass.step(net.graph);
  CHECK(kit::fraction_of(net.graph, kit::quant_after(net.graph, net.relu)) == 8);
}

TEST_CASE("qat: a saved state goes on where it was") {
  kit::SmallNet net;
  kit::Pass pass("qat");
  pass.step(net.graph);
  const std::string state = pass.proxy->save();
  kit::Pass again("qat");
  again.proxy->load(state);
  CHECK(again.step(net.graph).finished);
  CHECK_THROWS_WITH(kit::Pass("qat", {{"bits", int64_t{4}}}).proxy->load(state), Contains("other parameters"));
  CHECK_THROWS_WITH(kit::Pass("prune").proxy->load(state), Contains("not one of"));
}
