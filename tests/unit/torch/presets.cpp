// SPDX-License-Identifier: Apache-2.0
#include "presets.hpp"

#include <algorithm>
#include <stdexcept>

#include "models.hpp"
#include "nac/task.h"
#include "plugin/registry.hpp"
#include "plugin/task_proxy.hpp"

namespace test {

using namespace nac::fw;

namespace {

constexpr uint64_t kSeed = 5;

std::vector<Preset> build_presets() {
  DiscoveryOptions options;
  options.environment = false;
  options.command_line = {NAC_PLUGIN_DIR};
  Registry registry(options);
  std::vector<Preset> all;
  for (const char *name : {"bragg", "jets"}) {
    const PluginObject &object = registry.find(NAC_KIND_TASK, name);
    const TaskProxy task(object, Config(*object.descriptor, {}));
    for (const PresetInfo &info : task.info().presets) {
      TaskProxy::WithLoss built = task.with_loss(task.build_preset(info.name));
      initialize(built.graph, kSeed);
      all.push_back({std::string(name) + "/" + info.name, std::move(built.graph), built.loss});
    }
  }
  return all;
}

}  // namespace

bool Preset::normalizes() const {
  const std::vector<NodeId> nodes = graph.topological();
  return std::any_of(nodes.begin(), nodes.end(), [&](NodeId id) { return graph.node(id).op == "BatchNormalization"; });
}

Samples Preset::batch(int64_t count, uint64_t key) const {
  Samples samples;
  for (std::size_t i = 0; i < graph.inputs().size(); ++i) {
    const Value &input = graph.value(graph.inputs()[i]);
    Shape shape = input.shape;
    shape.at(0) = count;
    const int64_t classes = graph.value(graph.outputs().at(0)).shape.back();
    (i == 0 ? samples.inputs : samples.targets)
        .push_back(input.dtype == DType::f32 ? random_tensor(shape, key + i) : random_labels(count, classes, key + i));
  }
  return samples;
}

const std::vector<Preset> &presets() {
  static const std::vector<Preset> all = build_presets();
  return all;
}

const Preset &preset(const std::string &name) {
  for (const Preset &p : presets())
    if (p.name == name) return p;
  throw std::runtime_error("no preset " + name);
}

}  // namespace test
