// SPDX-License-Identifier: Apache-2.0
//
// The metrics of a task, on predictions drawn at random in the shape of its networks' outputs.
#include <fmt/format.h>

#include <cmath>

#include "verify/check.hpp"
#include "verify/task_object.hpp"

namespace nac::fw::verify {

namespace {
struct Evaluation {
  std::vector<Tensor> predictions, targets;
};

Evaluation some_predictions(const TaskObject &task, uint64_t seed) {
  const Graph graph = task.some_network(seed);
  if (graph.outputs().empty()) throw Failed("the network has no output to compute metrics of");
  const std::vector<uint64_t> index = spread(task.size("validation"), 257);
  Evaluation evaluation;
  evaluation.targets = task.samples("validation", index, seed).targets;
  nac::rng rng(nac::stream_key(seed, 99));
  for (const ValueId output : graph.outputs()) {
    const Value &value = graph.value(output);
    if (value.dtype != DType::f32)
      throw Failed(fmt::format("output '{}' is {}, must be float 32", value.name, name_of(value.dtype)));
    Shape shape = value.shape;
    if (shape.empty() || shape[0] != -1) throw Failed(fmt::format("output '{}' has no batch dimension", value.name));
    shape[0] = static_cast<int64_t>(index.size());
    Tensor tensor(DType::f32, shape);
    auto *values = tensor.mutable_data<float>();
    for (int64_t i = 0; i < tensor.elements(); ++i) values[i] = static_cast<float>(rng.uniform());
    evaluation.predictions.push_back(std::move(tensor));
  }
  return evaluation;
}

void must_agree(const TaskObject &task, const std::vector<double> &a, const std::vector<double> &b,
                const std::string &when) {
  for (std::size_t i = 0; i < a.size(); ++i)
    if (!(std::abs(a[i] - b[i]) <= 1e-6 * std::max(1.0, std::abs(a[i]))) && !(std::isnan(a[i]) && std::isnan(b[i])))
      throw Failed(fmt::format("metric '{}' is {} for the whole split and {} {}", task.info().metrics[i]->name, a[i],
                               b[i], when));
}

void finite(Subject &subject) {
  const TaskObject task(subject);
  const nac_task_info &info = task.info();
  if (info.metric_count == 0) throw Failed("info declares no metric");
  for (uint32_t i = 0; i < info.metric_count; ++i)
    if (info.metrics[i]->direction != 1 && info.metrics[i]->direction != -1)
      throw Failed(fmt::format("metric '{}' has direction {}; accepted are -1 and +1", info.metrics[i]->name,
                               info.metrics[i]->direction));
  const Evaluation e = some_predictions(task, subject.seed);
  const std::vector<double> values = task.metrics("validation", e.predictions, e.targets, INT64_MAX);
  for (uint32_t i = 0; i < info.metric_count; ++i)
    if (!std::isfinite(values[i]))
      throw Failed(
          fmt::format("metric '{}' of {} samples is {}", info.metrics[i]->name, e.targets[0].shape()[0], values[i]));
}

void batch_invariant(Subject &subject) {
  const TaskObject task(subject);
  const Evaluation e = some_predictions(task, subject.seed);
  const std::vector<double> whole = task.metrics("validation", e.predictions, e.targets, INT64_MAX);
  for (const int64_t batch : {1, 7, 100})
    must_agree(task, whole, task.metrics("validation", e.predictions, e.targets, batch),
               fmt::format("in batches of {}", batch));
}

void runs_independent(Subject &subject) {
  const TaskObject task(subject);
  const Evaluation a = some_predictions(task, subject.seed), b = some_predictions(task, subject.seed + 1);
  const std::vector<double> only_a = task.metrics("validation", a.predictions, a.targets, INT64_MAX);
  const std::vector<double> only_b = task.metrics("validation", b.predictions, b.targets, INT64_MAX);
  void *first = task.metrics_begin("validation");
  void *second = task.metrics_begin("validation");
  task.metrics_update(first, a.predictions, a.targets);
  task.metrics_update(second, b.predictions, b.targets);
  must_agree(task, only_a, task.metrics_end(first), "while another run is open");
  must_agree(task, only_b, task.metrics_end(second), "after another run has ended");
}
}  // namespace

std::vector<Check> metric_checks() {
  return {
      {"task", "metrics-finite", "shape-dtype-as-declared", Scope::task, finite,
       "metrics are numbers, with a direction"},
      {"task", "metrics-batch-invariant", "metrics-finite", Scope::task, batch_invariant,
       "metrics do not depend on how the data is cut into batches"},
      {"task", "metrics-runs-independent", "metrics-finite", Scope::task, runs_independent,
       "two evaluations that are open at the same time do not mix"},
  };
}

}  // namespace nac::fw::verify
