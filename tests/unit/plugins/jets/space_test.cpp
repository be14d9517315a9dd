// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "jets/architecture.hpp"
#include "jets/presets.hpp"
#include "nac/cpp/rng.hpp"
#include "task_kit.hpp"

using nac::fw::Point;
using nac::fw::Space;

namespace {

const std::vector<int64_t> kWidths{4, 8, 16, 32, 64};

void set(Point &point, const std::string &name, double value) {
  const int32_t dimension = point.space().find(name);
  if (dimension < 0) FAIL("the space has no dimension " << name);
  point.set(static_cast<uint32_t>(dimension), value);
}

std::map<std::string, std::string> parse(const std::string &head, const std::string &line) {
  std::map<std::string, std::string> row;
  std::istringstream names(head), values(line);
  for (std::string name; std::getline(names, name, ',');) {
    std::string value;
    std::getline(values, value, ',');
    row[name] = value;
  }
  return row;
}

/// A row of the authors' log as a point: "phi_MLP_width_0" is "phi_width_0", indices are equal.
void set_logged(Point &point, const std::map<std::string, std::string> &row) {
  const auto number = [&](const std::string &key) { return std::stod(row.at("hp:" + key)); };
  set(point, "aggregator", number("aggregator_type"));
  set(point, "bottleneck", number("bottleneck_dim"));
  for (const std::string part : {"phi", "rho"}) {
    const int length = static_cast<int>(number(part + "_len"));
    set(point, part + "_len", length);
    for (int i = 0; i < length; ++i) {
      const std::string at = "_" + std::to_string(i);
      if (i + 1 < length) set(point, part + "_width" + at, number(part + "_MLP_width" + at));
      set(point, part + "_norm" + at, row.at("hp:" + part + "_MLP_norms" + at) == "batch" ? 1 : 0);
      set(point, part + "_act" + at, number(part + "_MLP_acts" + at));
    }
  }
  point.finish();
}

int act_index(nac::activation act) {
  return act == nac::activation::relu ? 0 : act == nac::activation::leaky_relu ? 1 : 2;
}

void set_part(Point &point, const std::string &part, const std::vector<jets::Layer> &layers, bool last_act) {
  set(point, part + "_len", static_cast<double>(layers.size()));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::string at = "_" + std::to_string(i);
    const bool last = i + 1 == layers.size();
    if (!last) {
      const auto found = std::find(kWidths.begin(), kWidths.end(), layers[i].width);
      set(point, part + "_width" + at, static_cast<double>(found - kWidths.begin()));
    }
    set(point, part + "_norm" + at, layers[i].norm == jets::Norm::batch ? 1 : 0);
    if (!last || last_act) set(point, part + "_act" + at, act_index(layers[i].act));
  }
}

/// Ops and parameter shapes in order: equal for equal networks.
std::string outline(const nac::fw::Graph &graph) {
  std::string text;
  for (const nac::fw::NodeId id : graph.topological()) {
    text += graph.node(id).op;
    for (const nac::fw::ValueId v : graph.node(id).inputs)
      for (const int64_t d : graph.value(v).shape) text += " " + std::to_string(d);
    text += "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("the space has the dimensions of Table 8") {
  const Space space = kit::Task({{"samples", int64_t{50}}}).space();
  const auto &d = space.dimensions();
  CHECK(d.at(static_cast<std::size_t>(space.find("phi_width_0"))).ordered == std::vector<double>{4, 8, 16, 32, 64});
  CHECK(d.at(static_cast<std::size_t>(space.find("bottleneck"))).ordered ==
        std::vector<double>{1, 2, 4, 8, 16, 32, 64});
  CHECK(d.at(static_cast<std::size_t>(space.find("phi_norm_3"))).choices == std::vector<std::string>{"none", "batch"});
  CHECK(d.at(static_cast<std::size_t>(space.find("rho_act_0"))).choices ==
        std::vector<std::string>{"relu", "leaky_relu", "none"});
  CHECK(d.at(static_cast<std::size_t>(space.find("aggregator"))).choices ==
        std::vector<std::string>{"mean", "max", "sum"});
  // Sum over the depth of 6^depth 5^(depth-1) for phi; for rho the last activation is missing.
  double phi = 0, rho = 0;
  for (int depth = 1; depth <= 4; ++depth) {
    phi += std::pow(6, depth) * std::pow(5, depth - 1);
    rho += std::pow(6, depth) * std::pow(5, depth - 1) / 3;
  }
  CHECK(space.size() == Approx(3 * 7 * phi * rho).epsilon(1e-12));
  CHECK(space.find("rho_act_3") == -1);
  CHECK(kit::Task({{"samples", int64_t{50}}, {"output_activation", true}}).space().find("rho_act_3") > 0);
}

TEST_CASE("random points build valid graphs with the counted parameters") {
  for (const bool output_activation : {false, true}) {
    const kit::Task task({{"samples", int64_t{50}}, {"output_activation", output_activation}});
    const Space space = task.space();
    nac::rng random(7);
    for (int trial = 0; trial < 200; ++trial) {
      Point point(space);
      for (uint32_t i = 0; i < space.dimensions().size(); ++i) {
        const Space::Dimension &d = space.dimensions()[i];
        if (point.active(i))
          point.set(i, d.low + d.step * static_cast<double>(
                                            random.below(static_cast<uint64_t>((d.high - d.low) / d.step + 1.5))));
      }
      point.finish();
      const nac::fw::Graph graph = task.build(point);
      CAPTURE(point.canonical());
      REQUIRE_NOTHROW(graph.check());
      REQUIRE(graph.value(graph.outputs().at(0)).shape == nac::fw::Shape{-1, 5});
    }
  }
}

TEST_CASE("the presets within the space are points of it") {
  const kit::Task task({{"samples", int64_t{50}}});
  const Space space = task.space();
  for (const jets::Preset &preset : jets::presets()) {
    if (preset.name == "Large") continue;  // its rho has a layer of 128, twice the widest of Table 8
    CAPTURE(preset.name);
    Point point(space);
    set(point, "aggregator", static_cast<double>(preset.net.aggregator));
    int bottleneck = 0;
    while ((int64_t{1} << bottleneck) < preset.net.phi.back().width) ++bottleneck;
    set(point, "bottleneck", bottleneck);
    set_part(point, "phi", preset.net.phi, true);
    set_part(point, "rho", preset.net.rho, false);
    point.finish();
    const nac::fw::Graph graph = task.build(point);
    CHECK(kit::trainable(graph) == preset.parameters);
    CHECK(outline(graph) == outline(task.preset(preset.name)));
  }
}

TEST_CASE("every network of the published search log can be expressed") {
  const auto log = kit::shared_data("nac_search_logs/deepsets_global_search.csv");
  if (!log) {
    WARN("skipped: no nac_search_logs in the data folder");
    return;
  }
  const kit::Task task({{"samples", int64_t{50}}, {"output_activation", true}, {"phi_norm", std::string("position")}});
  const Space space = task.space();
  std::ifstream in(*log);
  std::string head, line;
  std::getline(in, head);
  if (!head.empty() && head.back() == '\r') head.pop_back();
  int rows = 0;
  for (; std::getline(in, line); ++rows) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const auto row = parse(head, line);
    Point point(space);
    set_logged(point, row);
    CAPTURE(rows, point.canonical());
    REQUIRE(kit::trainable(task.build(point)) == std::stoll(row.at("params")));
  }
  CHECK(rows >= 1000);
}
