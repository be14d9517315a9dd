// SPDX-License-Identifier: Apache-2.0
#include "plugin/backend_proxy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <string_view>

#include "base/error.hpp"
#include "nac/backend.h"
#include "nac/cpp/rng.hpp"
#include "plugin/instance.hpp"
#include "plugin/param_check.hpp"
#include "plugin/received_tensors.hpp"
#include "plugin/tensor_views.hpp"
#include "services/call.hpp"
#include "services/graph_service.hpp"

namespace nac::fw {
namespace {

constexpr uint32_t kMostQuantities = 1000;
constexpr uint64_t kBackendStream = 0x6261636b656e64u;  // "backend"
/// A NaN that nobody computes: what the plugin did not write.
constexpr uint64_t kUnwritten = 0x7ffa6e6f74736574u;

enum Stream : uint64_t { kEmit, kTestbench, kSimulate, kBuild };

bool is_key(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string quantity_name(const char *name, uint32_t index, const std::vector<BackendQuantity> &before) {
  if (const std::string p = text_problem(name); !p.empty())
    throw Error(fmt::format("the name of quantity {} {}", index, p));
  if (!is_key(name))
    throw Error(fmt::format("quantity {} is named '{}'; accepted are lower-case letters, digits and '_'", index, name));
  for (const BackendQuantity &other : before)
    if (other.name == name) throw Error(fmt::format("two quantities are named '{}'", name));
  return name;
}

std::vector<double> unwritten(std::size_t count) {
  return std::vector<double>(count, std::bit_cast<double>(kUnwritten));
}

bool is_unwritten(double value) { return std::bit_cast<uint64_t>(value) == kUnwritten; }

/// Number of rows of tensors that the host made; throws Error when they do not fit the model.
int64_t check_given(const char *what, const std::vector<Tensor> &tensors, const std::vector<TensorInfo> &infos) {
  if (tensors.size() != infos.size())
    throw Error(fmt::format("{} {}s were given; the model has {}", tensors.size(), what, infos.size()),
                NAC_INVALID_ARGUMENT);
  for (std::size_t i = 0; i < infos.size(); ++i) {
    Shape wanted{tensors[0].shape().empty() ? 0 : tensors[0].shape()[0]};
    wanted.insert(wanted.end(), infos[i].shape.begin(), infos[i].shape.end());
    if (tensors[i].dtype() != infos[i].dtype || tensors[i].shape() != wanted)
      throw Error(
          fmt::format("the {} '{}' is {} {}; the model has {} {}", what, infos[i].name, name_of(tensors[i].dtype()),
                      text_of(tensors[i].shape()), name_of(infos[i].dtype), text_of(wanted)),
          NAC_INVALID_ARGUMENT);
  }
  return tensors.empty() ? 0 : tensors[0].shape()[0];
}

std::vector<TensorInfo> infos_of(const Graph &graph, const std::vector<ValueId> &ids, DType dtype) {
  std::vector<TensorInfo> infos;
  for (const ValueId id : ids) {
    const Value &v = graph.value(id);
    if (v.shape.empty() || v.shape[0] != -1)
      throw Error(fmt::format("'{}' has the shape {}; a backend needs the batch first", v.name, text_of(v.shape)),
                  NAC_UNSUPPORTED);
    infos.push_back({v.name, Shape(v.shape.begin() + 1, v.shape.end()), dtype});
  }
  return infos;
}

void check_finite(const Tensor &tensor, const std::string &name) {
  const double *data = tensor.data<double>();
  for (int64_t i = 0; i < tensor.elements(); ++i)
    if (!std::isfinite(data[i])) throw Error(fmt::format("element {} of the output '{}' is {}", i, name, data[i]));
}

void require_folder(const std::filesystem::path &folder, const char *what) {
  std::error_code code;
  if (!std::filesystem::is_directory(folder, code))
    throw Error(fmt::format("there is no folder '{}' {}", folder.string(), what), NAC_NOT_FOUND);
}

}  // namespace

struct BackendProxy::State {
  State(const PluginObject &object, const Config &config)
      : instance(object, config), api(instance.table<nac_backend_api>(NAC_SIZE_THROUGH(nac_backend_api, build))) {
    instance.require({{"destroy", api.destroy != nullptr},
                      {"supports", api.supports != nullptr},
                      {"quantity_count", api.quantity_count != nullptr},
                      {"quantity", api.quantity != nullptr},
                      {"estimate", api.estimate != nullptr},
                      {"emit", api.emit != nullptr},
                      {"simulate", api.simulate != nullptr},
                      {"build", api.build != nullptr}});
    uint32_t number = 0;
    plain("quantity_count", [&] { number = api.quantity_count(instance.self()); });
    if (number > kMostQuantities)
      instance.defect("quantity_count",
                      fmt::format("it has {} quantities, at most {} are accepted", number, kMostQuantities));
    for (uint32_t i = 0; i < number; ++i) {
      const char *name = nullptr, *unit = nullptr;
      plain("quantity", [&] { name = api.quantity(instance.self(), i, &unit); });
      instance.judge("quantity", [&] {
        std::string key = quantity_name(name, i, quantities);
        if (const std::string p = text_problem(unit); !p.empty())
          throw Error(fmt::format("the unit of quantity '{}' {}; \"\" stands for a plain number", key, p));
        quantities.push_back({std::move(key), unit});
      });
    }
  }

  void plain(const char *function, const std::function<void()> &f) const {
    std::string why;
    if (!guarded_plain_call(instance.lock(), f, &why)) throw_plugin_error(*instance.object().descriptor, function, why);
  }

  uint32_t count() const { return static_cast<uint32_t>(quantities.size()); }

  void check_written(const char *function, const std::vector<double> &values) const {
    for (std::size_t i = 0; i < values.size(); ++i)
      if (is_unwritten(values[i]))
        instance.defect(function, fmt::format("it succeeded without a value for '{}'; NaN would say that it is unknown",
                                              quantities[i].name));
  }

  /// Calls a function that fills one value per quantity.
  std::vector<double> values(const char *function,
                             const std::function<nac_status(double *values, nac_error *err)> &f) const {
    std::vector<double> values = unwritten(quantities.size());
    instance.must(function, [&](nac_error *err) { return f(values.data(), err); });
    check_written(function, values);
    return values;
  }

  void must_have_emitted(const char *function) const {
    if (!emitted)
      throw Error(fmt::format("{} needs a project that emit() wrote before", function), NAC_FAILED_PRECONDITION);
  }

  Instance instance;
  const nac_backend_api &api;
  std::vector<BackendQuantity> quantities;
  bool emitted = false;
  std::vector<TensorInfo> inputs, outputs;  ///< of what was emitted
};

BackendProxy::BackendProxy(const PluginObject &object, const Config &config)
    : state_(std::make_unique<State>(object, config)) {}
BackendProxy::~BackendProxy() = default;

const PluginObject &BackendProxy::object() const { return state_->instance.object(); }
const std::vector<BackendQuantity> &BackendProxy::quantities() const { return state_->quantities; }

std::optional<std::string> BackendProxy::unsupported(const Graph &deployed) const {
  const State &s = *state_;
  for (const NodeId id : deployed.topological()) {
    const CallResult result = s.instance.call(
        [&](nac_error *why_not) { return s.api.supports(s.instance.self(), to_abi(&deployed), id, why_not); });
    if (result.status == NAC_OK) continue;
    const Node &node = deployed.node(id);
    const std::string who = fmt::format("{} '{}'", node.op, deployed.value(node.outputs.at(0)).name);
    if (result.status != NAC_UNSUPPORTED) s.instance.failed(fmt::format("supports({})", who), result);
    return who + ": " + result.message;
  }
  return std::nullopt;
}

std::vector<double> BackendProxy::estimate(const Graph &model) const {
  const State &s = *state_;
  return s.values("estimate", [&](double *values, nac_error *err) {
    return s.api.estimate(s.instance.self(), to_abi(&model), values, s.count(), err);
  });
}

std::optional<EstimateRange> BackendProxy::estimate_range(const Graph &model) const {
  const State &s = *state_;
  if (!NAC_HAS(&s.api, nac_backend_api, estimate_range) || s.api.estimate_range == nullptr) return std::nullopt;
  EstimateRange range{{}, unwritten(s.quantities.size())};
  range.low = s.values("estimate_range", [&](double *low, nac_error *err) {
    return s.api.estimate_range(s.instance.self(), to_abi(&model), low, range.high.data(), s.count(), err);
  });
  s.check_written("estimate_range", range.high);
  const std::vector<double> middle = estimate(model);
  for (std::size_t i = 0; i < middle.size(); ++i) {
    const bool unknown = std::isnan(range.low[i]) && std::isnan(middle[i]) && std::isnan(range.high[i]);
    if (!unknown && !(range.low[i] <= middle[i] && middle[i] <= range.high[i]))
      s.instance.defect("estimate_range", fmt::format("'{}' is estimated as {}, in a range from {} to {}",
                                                      s.quantities[i].name, middle[i], range.low[i], range.high[i]));
  }
  return range;
}

void BackendProxy::emit(const Graph &deployed, const std::filesystem::path &folder, const BackendCall &call) {
  State &s = *state_;
  require_folder(folder, "to write a project into");
  if (!std::filesystem::is_empty(folder))
    throw Error(fmt::format("the folder '{}' is not empty; a project needs one of its own", folder.string()),
                NAC_FAILED_PRECONDITION);
  s.emitted = false;
  s.inputs = infos_of(deployed, deployed.inputs(), DType::f32);
  s.outputs = infos_of(deployed, deployed.outputs(), DType::f64);
  const Call raw(nac::stream_key(kBackendStream, kEmit), call.cancel, folder, call.progress);
  try {
    s.instance.must("emit",
                    [&](nac_error *err) { return s.api.emit(s.instance.self(), to_abi(&deployed), raw.get(), err); });
    if (std::filesystem::is_empty(folder)) s.instance.defect("emit", "it succeeded and wrote no file");
  } catch (const Error &) {
    // Also when the disk was full in the middle: half a project is of use to nobody. All in there is the plugin's.
    std::error_code ignored;
    for (const auto &entry : std::filesystem::directory_iterator(folder, ignored))
      std::filesystem::remove_all(entry.path(), ignored);
    throw;
  }
  s.emitted = true;
}

bool BackendProxy::testbench(const std::vector<Tensor> &inputs, const std::vector<Tensor> &expected,
                             const std::filesystem::path &folder, const BackendCall &call) {
  const State &s = *state_;
  if (!NAC_HAS(&s.api, nac_backend_api, testbench) || s.api.testbench == nullptr) return false;
  s.must_have_emitted("testbench");
  require_folder(folder, "with a project");
  const int64_t rows = check_given("input", inputs, s.inputs);
  if (check_given("expected output", expected, s.outputs) != rows)
    throw Error("testbench was given inputs and expected outputs of different numbers of rows", NAC_INVALID_ARGUMENT);
  const TensorViews input_views(inputs), expected_views(expected);
  const Call raw(nac::stream_key(kBackendStream, kTestbench), call.cancel, folder, call.progress);
  s.instance.must("testbench", [&](nac_error *err) {
    return s.api.testbench(s.instance.self(), input_views.data(), input_views.count(), expected_views.data(),
                           expected_views.count(), raw.get(), err);
  });
  return true;
}

std::vector<Tensor> BackendProxy::simulate(const std::vector<Tensor> &inputs, const BackendCall &call) {
  const State &s = *state_;
  s.must_have_emitted("simulate");
  const int64_t rows = check_given("input", inputs, s.inputs);
  const TensorViews views(inputs);
  const Call raw(nac::stream_key(kBackendStream, kSimulate), call.cancel, {}, call.progress);
  const std::vector<TensorInfo> no_infos;
  ReceivedTensors received(s.outputs, "output"), none(no_infos, "");
  const CallResult result = s.instance.call([&](nac_error *err) {
    return s.api.simulate(s.instance.self(), views.data(), views.count(), received.slots(),
                          static_cast<uint32_t>(s.outputs.size()), raw.get(), err);
  });
  if (result.status != NAC_OK) {
    received.forget();
    s.instance.failed("simulate", result);
  }
  std::vector<Tensor> outputs;
  s.instance.judge("simulate", [&] {
    refuse_same_tensor_twice(received, s.outputs.size(), none, 0);
    outputs = received.take(static_cast<uint64_t>(rows), object().library);
    for (std::size_t i = 0; i < outputs.size(); ++i) check_finite(outputs[i], s.outputs[i].name);
  });
  return outputs;
}

std::vector<double> BackendProxy::build(const std::filesystem::path &project, const BackendCall &call) {
  const State &s = *state_;
  require_folder(project, "with a project");
  const Call raw(nac::stream_key(kBackendStream, kBuild), call.cancel, {}, call.progress);
  return s.values("build", [&](double *values, nac_error *err) {
    return s.api.build(s.instance.self(), project.c_str(), values, s.count(), raw.get(), err);
  });
}

std::vector<double> BackendProxy::read_reports(const std::filesystem::path &folder) const {
  const State &s = *state_;
  if (!NAC_HAS(&s.api, nac_backend_api, read_reports) || s.api.read_reports == nullptr)
    s.instance.failed("read_reports", {NAC_UNSUPPORTED, "this backend reads no reports", true});
  require_folder(folder, "with reports");
  return s.values("read_reports", [&](double *values, nac_error *err) {
    return s.api.read_reports(s.instance.self(), folder.c_str(), values, s.count(), err);
  });
}

}  // namespace nac::fw
