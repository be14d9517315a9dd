// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "jets/architecture.hpp"
#include "jets/presets.hpp"
#include "nac/cpp/error.hpp"
#include "services/graph_service.hpp"
#include "task_kit.hpp"

using nac::fw::Graph;
using nac::fw::Node;
using nac::fw::NodeId;
using nac::fw::Shape;
using nac::fw::ValueId;

namespace {

/// Why the graph could depend on the order of the constituents; "" when it cannot. Follows every value that still has
/// the constituents as an axis: each operator must treat them alike, until a reduction over that axis.
std::string order_dependence(const Graph &graph) {
  std::map<ValueId, int> axis_of{{graph.inputs().at(0), 1}};
  bool reduced = false;
  for (const NodeId id : graph.topological()) {
    const Node &node = graph.node(id);
    const auto in = axis_of.find(node.inputs.at(0));
    if (in == axis_of.end()) continue;
    int axis = in->second;
    const Shape &shape = graph.value(node.inputs[0]).shape;
    const bool weights_shared = node.inputs.size() < 2 || graph.value(node.inputs[1]).shape.size() <= 2;
    if (node.op == "Relu" || node.op == "LeakyRelu") {
    } else if (node.op == "MatMul" && axis == 1 && weights_shared) {
    } else if (node.op == "Add" && axis == 1 && graph.value(node.inputs[1]).shape.size() == 1) {
    } else if (node.op == "Transpose" && node.integers("perm") == std::vector<int64_t>{0, 2, 1}) {
      axis = 3 - axis;
    } else if (node.op == "BatchNormalization" && axis == 2) {
    } else if (node.op.rfind("Reduce", 0) == 0 && axis == 1 && shape.size() == 3) {
      reduced = graph.value(node.outputs[0]).shape.size() == 2;
      continue;
    } else {
      return node.op + " sees the constituents on axis " + std::to_string(axis);
    }
    axis_of[node.outputs.at(0)] = axis;
  }
  return reduced ? "" : "nothing reduces over the constituents";
}

}  // namespace

TEST_CASE("presets have exactly the published parameter counts") {
  const kit::Task task({{"samples", int64_t{50}}});
  const std::map<std::string, int64_t> published{{"Large", 7535}, {"Medium", 2813},   {"Small", 815},
                                                 {"Tiny", 573},   {"Baseline", 3461}, {"Original", 1797},
                                                 {"Base", 2853},  {"Reference", 8933}};
  REQUIRE(task.info().preset_count == published.size());
  for (uint32_t i = 0; i < task.info().preset_count; ++i) {
    const std::string name = task.info().presets[i]->name;
    CAPTURE(name);
    const Graph graph = task.preset(name);
    graph.check();
    CHECK(kit::trainable(graph) == published.at(name));
    CHECK(jets::parameter_count(jets::find_preset(name)->net, 8) == published.at(name));
    CHECK(jets::find_preset(name)->parameters == published.at(name));
  }
  CHECK_THROWS_WITH(task.preset("large"), Catch::Contains("no preset 'large'") && Catch::Contains("Large, Medium"));
}

TEST_CASE("a built graph cannot depend on the order of the constituents") {
  const kit::Task task({{"samples", int64_t{50}}});
  for (const jets::Preset &p : jets::presets()) {
    CAPTURE(p.name);
    CHECK(order_dependence(task.preset(p.name)) == "");
  }
  SECTION("the normalization of the published logs can, and the check sees it") {
    const kit::Task logged({{"samples", int64_t{50}}, {"phi_norm", std::string("position")}});
    CHECK(order_dependence(logged.preset("Large")) == "BatchNormalization sees the constituents on axis 1");
    CHECK(order_dependence(logged.preset("Medium")) == "");
  }
}

TEST_CASE("inputs, outputs and layers are as the task says") {
  const kit::Task task({{"samples", int64_t{50}}, {"constituents", int64_t{16}}});
  const Graph graph = task.preset("Tiny");
  REQUIRE(graph.inputs().size() == 1);
  CHECK(graph.value(graph.inputs()[0]).name == "constituents");
  CHECK(graph.value(graph.inputs()[0]).shape == Shape{-1, 16, 3});
  REQUIRE(graph.outputs().size() == 1);
  CHECK(graph.value(graph.outputs()[0]).shape == Shape{-1, 5});
  CHECK(graph.value(graph.find("phi0.weight")).shape == Shape{3, 8});
  CHECK(graph.value(graph.find("rho1.weight")).shape == Shape{5, 32});
  bool slope_seen = false;
  for (const NodeId id : task.preset("Small").topological()) {
    const Graph small = task.preset("Small");
    if (small.node(id).op != "LeakyRelu") continue;
    CHECK(small.node(id).number("alpha") == 1.0F / 128);
    slope_seen = true;
  }
  CHECK(slope_seen);
  CHECK(jets::summary(jets::find_preset("Small")->net) == "3-16l-8b | mean | 8br-16l-16l-5b");
}

TEST_CASE("the loss takes labels and gives one number") {
  const kit::Task task({{"samples", int64_t{50}}});
  Graph graph = task.preset("Reference");
  nac_value loss = 0;
  nac_error err = nac::empty_error();
  REQUIRE(task.api().loss(task.self(), nac::fw::to_abi(&graph), &loss, &err) == NAC_OK);
  CHECK(graph.value(loss).shape.empty());
  REQUIRE(graph.inputs().size() == 2);
  CHECK(graph.value(graph.inputs()[1]).name == "label");
  CHECK(graph.value(graph.inputs()[1]).shape == Shape{-1});
  Graph empty;
  CHECK(task.api().loss(task.self(), nac::fw::to_abi(&empty), &loss, &err) == NAC_INVALID_ARGUMENT);
  CHECK(std::string(err.message).find("one output") != std::string::npos);
}
