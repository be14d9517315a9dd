// SPDX-License-Identifier: Apache-2.0
#include "verify/backend_object.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "base/error.hpp"
#include "fixed/integer_model.hpp"
#include "plugin/received_tensors.hpp"
#include "plugin/tensor_views.hpp"
#include "services/graph_service.hpp"

namespace nac::fw::verify {

namespace {
constexpr uint64_t kUnwritten = 0x7ffa6e6f74736574u;

std::string label(const Graph &model, NodeId id) {
  const Node &n = model.node(id);
  return fmt::format("{} '{}'", n.op, model.value(n.outputs.at(0)).name);
}
}  // namespace

double unwritten_value() { return std::bit_cast<double>(kUnwritten); }
bool is_unwritten(double value) { return std::bit_cast<uint64_t>(value) == kUnwritten; }

BackendObject::BackendObject(Subject &subject) {
  subject.open();
  object_ = subject.create();
}

std::string BackendObject::quantity(uint32_t index) const {
  const char *unit = nullptr, *name = api().quantity(self(), index, &unit);
  return name == nullptr ? fmt::format("quantity {}", index) : name;
}

std::optional<std::string> BackendObject::refusal(const Graph &model, NodeId node) const {
  ErrorBox error;
  const nac_status status = api().supports(self(), to_abi(&model), node, error.get());
  const std::string what = "supports of " + label(model, node);
  error.check(what);
  if (status == NAC_OK) return std::nullopt;
  if (status != NAC_UNSUPPORTED)
    throw Failed(fmt::format("{} gives '{}'{}; it is defined for every node: ok or unsupported", what,
                             status_name(status), error.has_message() ? " (" + error.message() + ")" : ""));
  error.must_fail(status, what);
  return error.message();
}

std::optional<std::string> BackendObject::refusal(const Graph &model) const {
  for (const NodeId id : model.topological())
    if (const std::optional<std::string> why = refusal(model, id)) return label(model, id) + ": " + *why;
  return std::nullopt;
}

std::optional<std::string> BackendObject::why_not_built(const Graph &model) const {
  if (const std::optional<std::string> why = refusal(model)) return why;
  const ProbeCall call;
  ErrorBox error;
  if (api().emit(self(), to_abi(&model), call.get(), error.get()) == NAC_INFEASIBLE) return error.message();
  return std::nullopt;
}

std::optional<std::vector<double>> BackendObject::estimate(const Graph &model) const {
  std::vector<double> values(count(), unwritten_value());
  ErrorBox error;
  const nac_status status =
      api().estimate(self(), to_abi(&model), values.data(), static_cast<uint32_t>(values.size()), error.get());
  if (status == NAC_INFEASIBLE || status == NAC_UNSUPPORTED) {
    error.must_fail(status, "estimate");
    return std::nullopt;
  }
  error.must_succeed(status, "estimate");
  for (uint32_t i = 0; i < values.size(); ++i)
    if (is_unwritten(values[i]))
      throw Failed(fmt::format("estimate succeeds without a value for '{}'; NaN says that it is unknown", quantity(i)));
  return values;
}

nac_status BackendObject::emit(const Graph &model, const ProbeCall &call, ErrorBox &error) {
  const nac_status status = api().emit(self(), to_abi(&model), call.get(), error.get());
  error.check("emit");
  if (!call.bad_paths.empty())
    throw Failed(
        fmt::format("emit writes to '{}', which is no path below the folder of the project", call.bad_paths.front()));
  return status;
}

void BackendObject::must_emit(const Graph &model, const ProbeCall &call) {
  ErrorBox error;
  error.must_succeed(emit(model, call, error), "emit");
  if (call.files.empty()) throw Failed("emit succeeds and writes no file");
}

std::vector<Tensor> BackendObject::simulate(const Graph &model, const std::vector<Tensor> &inputs) {
  std::vector<TensorInfo> infos;
  for (const ValueId id : model.outputs()) {
    const Value &v = model.value(id);
    infos.push_back({v.name, Shape(v.shape.begin() + 1, v.shape.end()), DType::f64});
  }
  const std::vector<TensorInfo> no_infos;
  ReceivedTensors received(infos, "output"), none(no_infos, "");
  const TensorViews views(inputs);
  const ProbeCall call;
  ErrorBox error;
  const nac_status status = api().simulate(self(), views.data(), views.count(), received.slots(),
                                           static_cast<uint32_t>(infos.size()), call.get(), error.get());
  if (status != NAC_OK) received.forget();
  error.must_succeed(status, "simulate");
  if (!call.files.empty() || !call.bad_paths.empty()) throw Failed("simulate writes files");
  try {
    refuse_same_tensor_twice(received, infos.size(), none, 0);
    return received.take(static_cast<uint64_t>(inputs.at(0).shape().at(0)), nullptr);
  } catch (const Error &e) {
    throw Failed(std::string("simulate: ") + e.what());
  }
}

nac_status BackendObject::testbench(const std::vector<Tensor> &inputs, const std::vector<Tensor> &expected,
                                    const ProbeCall &call, ErrorBox &error) {
  const TensorViews input_views(inputs), expected_views(expected);
  const nac_status status = api().testbench(self(), input_views.data(), input_views.count(), expected_views.data(),
                                            expected_views.count(), call.get(), error.get());
  error.check("testbench");
  if (!call.bad_paths.empty())
    throw Failed(fmt::format("testbench writes to '{}', which is no path below the folder of the project",
                             call.bad_paths.front()));
  return status;
}

void with_buildable(Subject &subject, const std::function<void(BackendObject &, const ProbeNetwork &)> &look) {
  std::string reasons;
  bool any = false;
  for (const ProbeNetwork &network : probe_networks(subject.seed)) {
    if (!network.deployed) continue;
    BackendObject backend(subject);
    if (const std::optional<std::string> why = backend.why_not_built(network.graph)) {
      reasons += fmt::format("{}{} ({})", reasons.empty() ? "" : ", ", network.name, *why);
    } else {
      any = true;
      try {
        look(backend, network);
      } catch (const Failed &e) {
        throw Failed(fmt::format("network '{}': {}", network.name, e.what()));
      }
    }
    backend.destroy();
  }
  if (!any) throw Skipped("it builds none of the networks here: " + reasons);
}

std::vector<Tensor> host_outputs(const Graph &model, const std::vector<Tensor> &inputs) {
  std::vector<Tensor> outputs;
  const std::vector<IntegerTensor> all = IntegerModel(model).integers(inputs);
  for (std::size_t k = 0; k < model.outputs().size(); ++k) {
    const IntegerTensor &integers = all.at(k);
    Tensor values(DType::f64, integers.shape);
    std::size_t inner = 1;  // elements between neighbours along the axis of the fractions
    for (std::size_t d = integers.channel_axis + 1; d < integers.shape.size(); ++d)
      inner *= static_cast<std::size_t>(integers.shape[d]);
    for (std::size_t i = 0; i < integers.data.size(); ++i) {
      const int fraction = integers.fraction[i / inner % integers.fraction.size()];
      values.mutable_data<double>()[i] = std::ldexp(static_cast<double>(integers.data[i]), -fraction);
    }
    outputs.push_back(std::move(values));
  }
  return outputs;
}

}  // namespace nac::fw::verify
