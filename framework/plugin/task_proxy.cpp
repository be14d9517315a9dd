// SPDX-License-Identifier: Apache-2.0
#include "plugin/task_proxy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "nac/task.h"
#include "plugin/byte_stream.hpp"
#include "plugin/instance.hpp"
#include "plugin/model_check.hpp"
#include "plugin/received_tensors.hpp"
#include "plugin/task_info.hpp"
#include "plugin/tensor_views.hpp"
#include "services/config_json.hpp"
#include "services/graph_service.hpp"
#include "services/nearest.hpp"
#include "services/sha256.hpp"
#include "services/utf8.hpp"

namespace nac::fw {
namespace {

constexpr uint64_t kMostSamples = uint64_t{1} << 48;
constexpr std::size_t kLongestDescription = std::size_t{1} << 20;
constexpr std::size_t kLongestFingerprint = std::size_t{64} << 20;

bool all_finite(const std::vector<Tensor> &tensors) {
  for (const Tensor &t : tensors) {
    if (t.dtype() != DType::f32) continue;
    const float *first = t.data<float>();
    if (!std::all_of(first, first + t.elements(), [](float v) { return std::isfinite(v); })) return false;
  }
  return true;
}

}  // namespace

struct TaskProxy::State {
  State(const PluginObject &object, const Config &config)
      : instance(object, config), api(instance.table<nac_task_api>(NAC_SIZE_THROUGH(nac_task_api, metrics_end))) {
    instance.require({{"destroy", api.destroy != nullptr},
                      {"info", api.info != nullptr},
                      {"space", api.space != nullptr},
                      {"build", api.build != nullptr},
                      {"build_preset", api.build_preset != nullptr},
                      {"loss", api.loss != nullptr},
                      {"size", api.size != nullptr},
                      {"read", api.read != nullptr},
                      {"metrics_begin", api.metrics_begin != nullptr},
                      {"metrics_update", api.metrics_update != nullptr},
                      {"metrics_end", api.metrics_end != nullptr}});
    const nac_task_info *raw = nullptr;
    std::string why;
    if (!guarded_plain_call(
            instance.lock(), [&] { raw = api.info(instance.self()); }, &why))
      throw_plugin_error(*object.descriptor, "info", why);
    instance.judge("info", [&] { info = read_task_info(raw); });
    instance.must("space", [&](nac_error *err) { return api.space(instance.self(), to_abi(&space), err); });
  }

  Graph checked(Graph graph, const std::string &function) const {
    instance.judge(function, [&] { check_model(graph, info); });
    return graph;
  }

  std::string text(const std::string &function, std::size_t limit,
                   nac_status (*get)(void *self, const nac_sink *sink, nac_error *err)) const {
    if (get == nullptr) return {};
    StringSink sink(limit);
    const CallResult result = instance.call([&](nac_error *err) { return get(instance.self(), sink.get(), err); });
    if (sink.overflowed()) instance.defect(function, fmt::format("it wrote more than {} bytes", limit));
    if (result.status != NAC_OK) instance.failed(function, result);
    return sink.bytes();
  }

  Instance instance;
  const nac_task_api &api;
  TaskInfo info;
  Space space;
};

TaskProxy::TaskProxy(const PluginObject &object, const Config &config)
    : state_(std::make_unique<State>(object, config)) {}
TaskProxy::~TaskProxy() = default;

const PluginObject &TaskProxy::object() const { return state_->instance.object(); }
const TaskInfo &TaskProxy::info() const { return state_->info; }
const Space &TaskProxy::space() const { return state_->space; }

Graph TaskProxy::build(const Point &point) const {
  const State &s = *state_;
  Graph graph;
  const CallResult result = s.instance.call(
      [&](nac_error *err) { return s.api.build(s.instance.self(), to_abi(&point), to_abi(&graph), err); });
  if (result.status == NAC_INFEASIBLE)
    throw Infeasible(result.gave_reason ? result.message : "the task gives no reason, which is a defect of the plugin");
  if (result.status != NAC_OK) s.instance.failed("build", result);
  return s.checked(std::move(graph), "build");
}

Graph TaskProxy::build_preset(const std::string &name) const {
  const State &s = *state_;
  std::vector<std::string> names;
  for (const PresetInfo &preset : s.info.presets) names.push_back(preset.name);
  if (std::find(names.begin(), names.end(), name) == names.end())
    throw UsageError(fmt::format("task {} has no preset '{}'{}; it has {}", object().descriptor->id, name,
                                 did_you_mean(name, names), quoted_list(names)));
  Graph graph;
  const std::string function = fmt::format("build_preset({})", name);
  s.instance.must(function, [&](nac_error *err) {
    return s.api.build_preset(s.instance.self(), name.c_str(), to_abi(&graph), err);
  });
  return s.checked(std::move(graph), function);
}

TaskProxy::WithLoss TaskProxy::with_loss(const Graph &model) const {
  const State &s = *state_;
  WithLoss out{model, 0};
  s.instance.must("loss", [&](nac_error *err) {
    nac_value loss = 0;
    const nac_status status = s.api.loss(s.instance.self(), to_abi(&out.graph), &loss, err);
    out.loss = loss;
    return status;
  });
  s.instance.judge("loss", [&] { check_with_loss(model, out.graph, out.loss, s.info); });
  return out;
}

uint64_t TaskProxy::size(const std::string &split) const {
  const State &s = *state_;
  uint64_t count = 0;
  const std::string function = fmt::format("size({})", split);
  s.instance.must(function, [&](nac_error *err) { return s.api.size(s.instance.self(), split.c_str(), &count, err); });
  if (count > kMostSamples) s.instance.defect(function, fmt::format("it reports {} samples", count));
  return count;
}

Samples TaskProxy::read(const std::string &split, const std::vector<uint64_t> &index, uint64_t stream) const {
  const State &s = *state_;
  const std::string function = fmt::format("read({}, {} samples)", split, index.size());
  const Call call(stream);
  ReceivedTensors inputs(s.info.inputs, "input"), targets(s.info.targets, "target");
  const CallResult result = s.instance.call([&](nac_error *err) {
    return s.api.read(s.instance.self(), split.c_str(), index.data(), index.size(), inputs.slots(),
                      static_cast<uint32_t>(s.info.inputs.size()), targets.slots(),
                      static_cast<uint32_t>(s.info.targets.size()), call.get(), err);
  });
  if (result.status != NAC_OK) {
    inputs.forget();
    targets.forget();
    s.instance.failed(function, result);
  }
  Samples samples;
  s.instance.judge(function, [&] {
    refuse_same_tensor_twice(inputs, s.info.inputs.size(), targets, s.info.targets.size());
    samples.inputs = inputs.take(index.size(), object().library);
    samples.targets = targets.take(index.size(), object().library);
  });
  return samples;
}

Samples TaskProxy::read_all(const std::string &split, uint64_t stream) const {
  std::vector<uint64_t> index(size(split));
  std::iota(index.begin(), index.end(), uint64_t{0});
  return read(split, index, stream);
}

std::vector<double> TaskProxy::metrics(const std::string &split, const std::vector<Tensor> &predictions,
                                       const std::vector<Tensor> &targets) const {
  const State &s = *state_;
  if (targets.size() != s.info.targets.size())
    throw Error(fmt::format("metrics were asked with {} targets; task {} has {}", targets.size(),
                            object().descriptor->id, s.info.targets.size()));
  for (const std::vector<Tensor> *list : {&predictions, &targets})
    for (const Tensor &t : *list)
      if (t.shape().empty() || t.shape()[0] != predictions.at(0).shape().at(0))
        throw Error("metrics were asked with tensors of different numbers of samples");
  const TensorViews prediction_views(predictions), target_views(targets);
  void *run = nullptr;
  const std::string function = fmt::format("metrics({})", split);
  s.instance.must(function,
                  [&](nac_error *err) { return s.api.metrics_begin(s.instance.self(), split.c_str(), &run, err); });
  const CallResult updated = s.instance.call([&](nac_error *err) {
    return s.api.metrics_update(run, prediction_views.data(), prediction_views.count(), target_views.data(),
                                target_views.count(), err);
  });
  // end also frees the run, so it is called in any case.
  std::vector<double> values(s.info.metrics.size(), std::nan(""));
  const CallResult ended = s.instance.call(
      [&](nac_error *err) { return s.api.metrics_end(run, values.data(), static_cast<uint32_t>(values.size()), err); });
  if (updated.status != NAC_OK) s.instance.failed(function, updated);
  if (ended.status != NAC_OK) s.instance.failed(function, ended);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]) && all_finite(predictions))
      s.instance.defect(function,
                        fmt::format("the metric '{}' of finite predictions is {}", s.info.metrics[i].name, values[i]));
  return values;
}

std::string TaskProxy::describe() const {
  const State &s = *state_;
  if (!NAC_HAS(&s.api, nac_task_api, describe)) return {};
  const std::string text = s.text("describe", kLongestDescription, s.api.describe);
  std::string out;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    out += printable(std::string_view(text).substr(start, end - start)) + "\n";
    start = end + 1;
  }
  return out;
}

std::string TaskProxy::fingerprint() const {
  const State &s = *state_;
  if (!NAC_HAS(&s.api, nac_task_api, fingerprint) || s.api.fingerprint == nullptr) return {};
  const std::string bytes = s.text("fingerprint", kLongestFingerprint, s.api.fingerprint);
  return bytes.empty() ? std::string() : sha256_hex(bytes);
}

std::map<std::string, ConfigValue> TaskProxy::fitted() const {
  const State &s = *state_;
  if (!NAC_HAS(&s.api, nac_task_api, fitted) || s.api.fitted == nullptr) return {};
  const std::string text = s.text("fitted", kLongestDescription, s.api.fitted);
  try {
    const std::map<std::string, ConfigValue> values = config_from_json(text, "fitted parameters");
    for (const Config::Problem &p : Config::problems(*object().descriptor, values))
      if (values.count(p.key) != 0) throw Error("'" + p.key + "': " + p.message);
    return values;
  } catch (const Error &e) {
    s.instance.defect("fitted", fmt::format("it gives '{}': {}", printable(text), e.what()));
  }
}

}  // namespace nac::fw
