// SPDX-License-Identifier: Apache-2.0
//
// The built plugin through the host: loading, parameters, and every function of its table.
#include <catch2/catch.hpp>

#include "nac/task.h"
#include "plugin/registry.hpp"
#include "plugin/task_proxy.hpp"

using nac::fw::Config;
using nac::fw::ConfigValue;

namespace {

nac::fw::Registry &registry() {
  static nac::fw::Registry all([] {
    nac::fw::DiscoveryOptions options;
    options.manifest = {std::filesystem::path(NAC_PLUGIN_DIR) / "nac-bragg.so"};
    options.environment = false;
    return options;
  }());
  return all;
}

nac::fw::TaskProxy make(const std::map<std::string, ConfigValue> &parameters) {
  const nac::fw::PluginObject &object = registry().find(NAC_KIND_TASK, "bragg");
  return {object, Config(*object.descriptor, parameters)};
}

}  // namespace

TEST_CASE("bragg plugin: loads, builds, reads and measures through its table") {
  const nac::fw::TaskProxy task = make({{"synthetic_samples", int64_t{100}}});
  CHECK(std::string(task.object().descriptor->id) == "gov.anl.aps.bragg");
  CHECK(task.info().augments);
  CHECK(task.space().find("b2_attention_channels") > 0);
  const nac::fw::Graph model = task.build_preset("BraggNN");
  const auto with_loss = task.with_loss(model);
  CHECK(with_loss.graph.value(with_loss.loss).shape.empty());
  CHECK_THROWS_WITH(task.build_preset("Braggnn"), Catch::Contains("BraggNN"));
  const nac::fw::Samples samples = task.read_all("validation", 3);
  REQUIRE(samples.count() == 10);
  const std::vector<double> perfect = task.metrics("validation", {samples.targets[0]}, {samples.targets[0]});
  CHECK(perfect == std::vector<double>{0, 0, 0});
  CHECK_FALSE(task.describe().empty());
  CHECK_FALSE(task.fingerprint().empty());
}

TEST_CASE("bragg plugin: infeasible points and bad parameters are told apart") {
  const nac::fw::TaskProxy task = make({{"synthetic_samples", int64_t{100}}, {"max_parameters", int64_t{10}}});
  nac::fw::Point point(task.space());
  for (uint32_t d = 0; d < task.space().dimensions().size(); ++d)
    if (point.active(d)) point.set(d, 0);
  point.finish();
  CHECK_THROWS_AS(task.build(point), nac::fw::Infeasible);
  CHECK_THROWS(make({{"shift", int64_t{9}}}));
  CHECK_THROWS_WITH(make({{"data", std::string("/nowhere/at/all.npz")}}), Catch::Contains("/nowhere/at/all.npz"));
}
