// SPDX-License-Identifier: Apache-2.0
#include "pipeline/evaluate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "fixed/deploy.hpp"
#include "graph/onnx.hpp"
#include "pipeline/predict.hpp"

namespace nac::fw {
namespace {

std::string text_of(const std::string &name, DType dtype, const Shape &sample) {
  return fmt::format("{} {}[batch{}{}]", name, name_of(dtype), sample.empty() ? "" : ", ", fmt::join(sample, ", "));
}

/// Names may differ in a model from elsewhere; number, order, types and shapes may not.
void check_inputs(const Graph &graph, const std::string &source, const TaskPort &task) {
  const std::vector<TensorInfo> &wanted = task.info().inputs;
  std::string found, expected;
  bool fits = graph.inputs().size() == wanted.size();
  for (std::size_t i = 0; i < graph.inputs().size(); ++i) {
    const Value &v = graph.value(graph.inputs()[i]);
    const Shape sample(v.shape.begin() + (v.shape.empty() ? 0 : 1), v.shape.end());
    found += (i == 0 ? "" : ", ") + text_of(v.name, v.dtype, sample);
    fits = fits && i < wanted.size() && v.dtype == wanted[i].dtype && sample == wanted[i].shape;
  }
  for (std::size_t i = 0; i < wanted.size(); ++i)
    expected += (i == 0 ? "" : ", ") + text_of(wanted[i].name, wanted[i].dtype, wanted[i].shape);
  if (!fits)
    throw Error(fmt::format("{}: the model takes {}; task {} with its present parameters gives {}", source, found,
                            task.id(), expected),
                NAC_INVALID_ARGUMENT);
}

/// A pruned network in training form, see docs/quantized-graphs.md.
bool has_masks(const Graph &graph) {
  const std::vector<ValueId> values = graph.values();
  return std::any_of(values.begin(), values.end(), [&](ValueId id) { return graph.value(id).name.ends_with(".mask"); });
}

}  // namespace

Evaluation evaluate(const Graph &graph, const std::string &source, const TaskPort &task, Engine &engine,
                    const EvaluateOptions &options) {
  check_inputs(graph, source, task);
  const Samples samples = task.read_all(options.split, 0);
  if (samples.count() == 0)
    throw Error(fmt::format("split '{}' of task {} is empty", options.split, task.id()), NAC_FAILED_PRECONDITION);
  Evaluation e;
  e.source = source;
  e.split = options.split;
  e.samples = samples.count();
  e.cost =
      is_quantized(graph) || has_masks(graph) ? built_cost(graph, options.bops).cost : cost_of(graph, options.bops);
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Tensor> predictions = predict(graph, samples.inputs, engine, {options.device, options.batch_size});
  e.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const std::vector<double> values = task.metrics(options.split, predictions, samples.targets);
  const std::vector<MetricInfo> &infos = task.info().metrics;
  if (values.size() != infos.size())
    throw Error(fmt::format("task {} gave {} metrics, it declares {}", task.id(), values.size(), infos.size()));
  for (std::size_t i = 0; i < values.size(); ++i) e.metrics.push_back({infos[i], values[i]});
  return e;
}

Evaluation evaluate_onnx(const std::string &bytes, const std::string &source, const TaskPort &task, Engine &engine,
                         const EvaluateOptions &options) {
  return evaluate(from_onnx(bytes, source).graph, source, task, engine, options);
}

Evaluation evaluate_trial(const Study &study, uint64_t trial, const TaskPort &task, Engine &engine,
                          const EvaluateOptions &options) {
  return evaluate_onnx(study.model(trial), fmt::format("trial {}", trial), task, engine, options);
}

}  // namespace nac::fw
