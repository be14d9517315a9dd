// SPDX-License-Identifier: Apache-2.0
//
// nac.observe/1: the C table over ModelObserver. The handle is the object itself.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "services/boundary.hpp"
#include "services/model_observer.hpp"

namespace nac::fw {
namespace {

[[noreturn]] void invalid(const std::string &message) { throw Error(message, NAC_INVALID_ARGUMENT); }

const ModelObserver &object(const nac_observer *handle) {
  if (handle == nullptr) invalid("the observer is NULL");
  return *reinterpret_cast<const ModelObserver *>(handle);
}

const Graph &graph_of(const nac_graph *model) {
  if (model == nullptr) invalid("the model is NULL");
  return *reinterpret_cast<const Graph *>(model);
}

/// A tensor that was handed out; its deleter frees all of it.
struct Handed {
  nac_tensor tensor{};
  Tensor data;
  TensorView view;
  explicit Handed(Tensor values) : data(std::move(values)), view(data) {
    tensor.version.major = 1;
    tensor.manager_ctx = this;
    tensor.deleter = [](nac_tensor *self) { delete static_cast<Handed *>(self->manager_ctx); };
    tensor.view = *view.get();
    tensor.view.data = data.mutable_raw();  // the receiver may write: storage of its own
  }
};

nac_status values(const nac_observer *observer, const nac_graph *model, nac_value value, const char *split,
                  uint64_t samples, nac_tensor **out, nac_error *err) {
  return service_guard(err, [&] {
    const ModelObserver &o = object(observer);
    const Graph &graph = graph_of(model);
    if (out == nullptr) invalid("values needs a place for the tensor");
    const std::string_view name = split == nullptr ? "" : split;
    if (name != "train" && name != "validation")
      invalid(fmt::format("the split is '{}', 'train' and 'validation' are accepted", name));
    if (samples == 0) invalid("0 samples were asked for, at least 1 is accepted");
    if (!graph.has_value(value)) invalid(fmt::format("{} is no value of the graph", value));
    *out = &std::make_unique<Handed>(o.values(graph, value, std::string(name), samples)).release()->tensor;
  });
}

nac_status metrics(const nac_observer *observer, const nac_graph *model, double *values, uint32_t count,
                   nac_error *err) {
  return service_guard(err, [&] {
    const ModelObserver &o = object(observer);
    const Graph &graph = graph_of(model);
    if (values == nullptr) invalid("metrics needs a place for the values");
    if (count == 0 || o.direction(count - 1) == 0 || o.direction(count) != 0)
      invalid(fmt::format("metrics was asked for {} values, which is not the task's number of metrics", count));
    const std::vector<double> measured = o.metrics(graph);
    if (measured.size() != count)
      throw Error(fmt::format("the host measured {} metrics, the task has {}", measured.size(), count), NAC_INTERNAL);
    std::copy(measured.begin(), measured.end(), values);
  });
}

nac_status cost(const nac_observer *observer, const nac_graph *model, const char *name, double *value, nac_error *err) {
  return service_guard(err, [&] {
    const ModelObserver &o = object(observer);
    const Graph &graph = graph_of(model);
    if (value == nullptr) invalid("cost needs a place for the value");
    const std::string_view wanted = name == nullptr ? "" : name;
    if (wanted != "bops" && wanted != "parameters" && wanted != "macs" && wanted != "sparsity")
      invalid(fmt::format("the cost is '{}'; bops, parameters, macs and sparsity are known", wanted));
    *value = o.cost(graph, std::string(wanted));
  });
}

int32_t direction(const nac_observer *observer, uint32_t index) {
  return service_guard_or<int32_t>(0, nullptr, [&] { return object(observer).direction(index); });
}

}  // namespace

const nac_observe_service &observe_service() {
  static const nac_observe_service table = {sizeof(nac_observe_service), 0, values, metrics, cost, direction};
  return table;
}

}  // namespace nac::fw
