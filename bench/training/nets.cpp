// SPDX-License-Identifier: Apache-2.0
#include "nets.hpp"

#include "base/error.hpp"
#include "nac/task.h"

namespace nac::fw::training {
namespace {

constexpr int64_t kWhole = 1024;

DiscoveryOptions this_build() {
  DiscoveryOptions options;
  options.environment = false;
  options.command_line = {NAC_PLUGIN_DIR};
  return options;
}

Samples whole_batches(const Samples &all) {
  const int64_t rows = all.count() / kWhole * kWhole;
  if (rows == 0) throw Error("fewer than " + std::to_string(kWhole) + " training samples");
  Samples some;
  for (const Tensor &t : all.inputs) some.inputs.push_back(t.rows(0, rows));
  for (const Tensor &t : all.targets) some.targets.push_back(t.rows(0, rows));
  return some;
}

}  // namespace

Nets::Nets(uint64_t seed) : seed_(seed), registry_(this_build()) {
  for (const char *name : {"bragg", "jets"}) {
    const PluginObject &object = registry_.find(NAC_KIND_TASK, name);
    tasks_[name].task = std::make_unique<TaskProxy>(object, Config(*object.descriptor, {}));
  }
}

std::vector<std::string> Nets::names() const {
  std::vector<std::string> names;
  for (const auto &[task, data] : tasks_)
    for (const PresetInfo &preset : data.task->info().presets) names.push_back(task + "/" + preset.name);
  return names;
}

std::string Nets::task_of(const std::string &net) { return net.substr(0, net.find('/')); }

Nets::Data &Nets::data(const std::string &net) {
  const auto at = tasks_.find(task_of(net));
  if (at == tasks_.end() || net.find('/') == std::string::npos)
    throw UsageError("net '" + net + "'; accepted: bragg/PRESET, jets/PRESET");
  return at->second;
}

const TaskProxy &Nets::task(const std::string &net) { return *data(net).task; }

Graph Nets::initialized(const std::string &net) {
  Graph graph = task(net).build_preset(net.substr(net.find('/') + 1));
  initialize(graph, seed_);
  return graph;
}

std::shared_ptr<const Samples> Nets::train(const std::string &net) {
  Data &d = data(net);
  if (!d.train) d.train = std::make_shared<const Samples>(whole_batches(d.task->read_all("train", seed_)));
  return d.train;
}

std::shared_ptr<const Samples> Nets::validation(const std::string &net) {
  Data &d = data(net);
  if (!d.validation) d.validation = std::make_shared<const Samples>(d.task->read_all("validation", 0));
  return d.validation;
}

}  // namespace nac::fw::training
