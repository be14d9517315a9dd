// SPDX-License-Identifier: Apache-2.0
#include "pipeline/model_observer.hpp"

#include <fmt/format.h>

#include <cstring>

#include "engine/order.hpp"

namespace nac::fw {
namespace {

/// Of the shuffle that the first samples are taken from; with the samples' number it decides which those are.
constexpr uint64_t kShuffle = 0x6F627372;

Tensor rows_of(const Tensor &all, const std::vector<int64_t> &order, int64_t count) {
  Shape shape = all.shape();
  shape[0] = count;
  Tensor out(all.dtype(), shape);
  const std::size_t row = all.bytes() / static_cast<std::size_t>(all.shape()[0]);
  auto *to = static_cast<char *>(out.mutable_raw());
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(
        to + static_cast<std::size_t>(i) * row,
        static_cast<const char *>(all.raw()) + static_cast<std::size_t>(order[static_cast<std::size_t>(i)]) * row, row);
  return out;
}

}  // namespace

Tensor PipelineObserver::values(const Graph &model, ValueId value, const std::string &split, uint64_t samples) const {
  if (split != "train" && split != "validation")
    throw Error(fmt::format("there is no split '{}' to observe; there are train and validation", split),
                NAC_INVALID_ARGUMENT);
  if (!model.has_value(value)) throw Error(fmt::format("the model has no value {}", value), NAC_INVALID_ARGUMENT);
  const Value &wanted = model.value(value);
  if (wanted.dtype != DType::f32 || wanted.shape.empty() || wanted.shape[0] != -1)
    throw Error(fmt::format("'{}' is {} {}; only float32 activations with the batch in front can be observed",
                            wanted.name, name_of(wanted.dtype), fw::text_of(wanted.shape)),
                NAC_INVALID_ARGUMENT);
  const std::shared_ptr<const Samples> all = split == "train" ? splits_.train() : splits_.validation();
  const int64_t count = static_cast<int64_t>(std::min<uint64_t>(samples, static_cast<uint64_t>(all->count())));
  if (count == 0) throw Error("0 samples were asked for; at least 1 is needed", NAC_INVALID_ARGUMENT);
  const std::vector<int64_t> order = epoch_order(kShuffle, 1, all->count());
  std::vector<Tensor> inputs;
  for (const Tensor &input : all->inputs) inputs.push_back(rows_of(input, order, count));
  for (std::size_t i = 0; i < model.inputs().size(); ++i)
    if (model.inputs()[i] == value) return inputs.at(i);
  Graph observed = model;
  std::size_t at = 0;
  while (at < observed.outputs().size() && observed.outputs()[at] != value) ++at;
  if (at == observed.outputs().size()) observed.add_output("", value);
  return engine_.forward(observed, inputs, options_.batch_size, options_.device).at(at);
}

std::vector<double> PipelineObserver::metrics(const Graph &model) const {
  return score(model, "validation", *splits_.validation(), task_, engine_, options_);
}

double PipelineObserver::cost(const Graph &model, const std::string &name) const {
  const BuiltCost built = built_cost(model, bops_);
  if (name == "bops") return built.cost.bops;
  if (name == "parameters") return static_cast<double>(built.cost.parameters);
  if (name == "macs") return static_cast<double>(built.cost.macs);
  if (name == "sparsity") return built.sparsity;
  throw Error(fmt::format("there is no cost '{}'; there are bops, parameters, macs and sparsity", name),
              NAC_INVALID_ARGUMENT);
}

int PipelineObserver::direction(uint32_t metric) const {
  const std::vector<MetricInfo> &metrics = task_.info().metrics;
  return metric < metrics.size() ? metrics[metric].direction : 0;
}

}  // namespace nac::fw
