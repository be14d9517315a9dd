// SPDX-License-Identifier: Apache-2.0
#include "kit.hpp"

#include <algorithm>
#include <cmath>

#include "nac/cpp/rng.hpp"
#include "nac/task.h"
#include "plugin/registry.hpp"

namespace kit {
namespace {

nac::fw::Registry &registry() {
  static nac::fw::Registry all([] {
    nac::fw::DiscoveryOptions options;
    options.command_line = {NAC_PLUGIN_DIR};
    options.environment = false;
    return options;
  }());
  return all;
}

uint64_t hash_of(const std::string &text) { return std::hash<std::string>()(text); }

}  // namespace

nac::fw::Tensor FakeObserver::values(const Graph &model, ValueId value, const std::string &split,
                                     uint64_t samples) const {
  const nac::fw::Value &v = model.value(value);
  asked.push_back(v.name);
  nac::fw::Shape shape = v.shape;
  const auto found = told.find(v.name);
  shape.at(0) = static_cast<int64_t>(samples);
  if (found != told.end()) {
    int64_t row = 1;
    for (std::size_t i = 1; i < shape.size(); ++i) row *= shape[i];
    shape[0] = static_cast<int64_t>(found->second.size()) / row;
    return nac::fw::Tensor::of(shape, found->second);
  }
  shape[0] = std::min<int64_t>(shape[0], 16);
  nac::fw::Tensor noise(nac::fw::DType::f32, shape);
  nac::rng random(nac::stream_key(hash_of(v.name), hash_of(split)));
  const bool relu = v.producer != 0 && model.node(v.producer).op == "Relu";
  float *out = noise.mutable_data<float>();
  for (int64_t i = 0; i < noise.elements(); ++i) {
    out[i] = static_cast<float>(4 * random.uniform() - 2);
    if (relu) out[i] = std::max(out[i], 0.0F);
  }
  return noise;
}

Pass::Pass(const std::string &name, const Parameters &parameters, std::shared_ptr<FakeObserver> watch)
    : observer(std::move(watch)) {
  const nac::fw::PluginObject &object = registry().find(NAC_KIND_COMPRESS, name);
  CompressProxy::Setup setup;
  setup.seed = 7;
  setup.observer = observer.get();
  proxy = std::make_unique<CompressProxy>(object, nac::fw::Config(*object.descriptor, parameters), setup);
}

Graph preset(const std::string &task, const std::string &name, const Parameters &parameters) {
  const nac::fw::PluginObject &object = registry().find(NAC_KIND_TASK, task);
  Graph graph = nac::fw::TaskProxy(object, nac::fw::Config(*object.descriptor, parameters)).build_preset(name);
  nac::fw::initialize(graph, 3);
  return graph;
}

std::vector<std::string> presets(const std::string &task, const Parameters &parameters) {
  const nac::fw::PluginObject &object = registry().find(NAC_KIND_TASK, task);
  const nac::fw::TaskProxy proxy(object, nac::fw::Config(*object.descriptor, parameters));
  std::vector<std::string> names;
  for (const nac::fw::PresetInfo &p : proxy.info().presets) names.push_back(p.name);
  return names;
}

std::vector<float> floats(const Graph &graph, const std::string &name) {
  const nac::fw::Tensor &t = graph.value(graph.find(name)).data.value();
  return {t.data<float>(), t.data<float>() + t.elements()};
}

nac::fw::NodeId quant_after(const Graph &graph, ValueId value) {
  for (const nac::fw::NodeId n : graph.users(value))
    if (nac::fw::is_quant(graph, n) && graph.node(n).inputs[0] == value) return n;
  return 0;
}

int quant_count(const Graph &graph) {
  const std::vector<nac::fw::NodeId> all = graph.topological();
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [&](nac::fw::NodeId n) { return nac::fw::is_quant(graph, n); }));
}

int width_of(const Graph &graph, nac::fw::NodeId quant) {
  return static_cast<int>(graph.value(graph.node(quant).inputs.at(3)).data->data<float>()[0]);
}

int fraction_of(const Graph &graph, nac::fw::NodeId quant) {
  const nac::fw::Value &scale = graph.value(graph.node(quant).inputs.at(1));
  if (scale.kind != nac::fw::ValueKind::result)
    return -static_cast<int>(std::lround(std::log2(scale.data->data<float>()[0])));
  const nac::fw::Value &t = graph.value(graph.node(scale.producer).inputs[0]);
  return -static_cast<int>(std::ceil(t.data->data<float>()[0]));
}

}  // namespace kit
