// SPDX-License-Identifier: Apache-2.0
#include "engine/checks.hpp"

#include "base/error.hpp"
#include "engine/schedule.hpp"

namespace nac::fw {

namespace {

[[noreturn]] void refuse(const std::string &message) { throw Error(message, NAC_INVALID_ARGUMENT); }

}  // namespace

void check_tensor(const Value &wanted, const Tensor &found, int64_t rows, const std::string &what) {
  const Shape &shape = found.shape();
  bool fits = found.dtype() == wanted.dtype && shape.size() == wanted.shape.size() && !shape.empty();
  for (std::size_t i = 1; fits && i < shape.size(); ++i) fits = shape[i] == wanted.shape[i];
  if (!fits)
    refuse(what + ": '" + wanted.name + "' must be " + name_of(wanted.dtype) + " " + text_of(wanted.shape) +
           ", it is " + name_of(found.dtype()) + " " + text_of(shape));
  if (shape[0] != rows)
    refuse(what + ": '" + wanted.name + "' has " + std::to_string(shape[0]) + " rows, others have " +
           std::to_string(rows));
}

void check_samples(const Graph &graph, uint32_t target_count, const Samples &samples, const std::string &what) {
  const std::vector<ValueId> &inputs = graph.inputs();
  const std::size_t data = inputs.size() - target_count;
  if (samples.inputs.size() != data || samples.targets.size() != target_count)
    refuse(what + ": " + std::to_string(samples.inputs.size()) + " inputs and " +
           std::to_string(samples.targets.size()) + " targets; the graph takes " + std::to_string(data) + " and " +
           std::to_string(target_count));
  const int64_t rows = samples.count();
  if (rows < 1) refuse(what + ": there are none");
  for (std::size_t i = 0; i < inputs.size(); ++i)
    check_tensor(graph.value(inputs[i]), i < data ? samples.inputs[i] : samples.targets[i - data], rows, what);
}

void check_start_values(const Graph &graph, const std::vector<ValueId> &ids) {
  for (const ValueId id : ids) {
    const Value &value = graph.value(id);
    if (value.kind != ValueKind::parameter) continue;
    if (!value.data) throw Error("parameter '" + value.name + "' has no start values", NAC_FAILED_PRECONDITION);
    if (value.dtype != DType::f32)
      throw Error("parameter '" + value.name + "' is " + name_of(value.dtype) + "; only float32 is trained",
                  NAC_UNSUPPORTED);
  }
}

namespace {

void check_quantized(const TrainJob &job) {
  const QuantizedTraining &q = job.quantized;
  for (const auto &[name, share] :
       {std::pair{"moving_statistics", q.moving_statistics}, std::pair{"refitted_scales", q.refitted_scales}})
    if (!(share >= 0 && share <= 1)) refuse(std::string(name) + " = " + std::to_string(share) + "; accepted: 0 to 1");
  if (!(q.scale_learning_rate >= 0))
    refuse("scale_learning_rate = " + std::to_string(q.scale_learning_rate) + "; accepted: 0 and more");
  if (job.keep_epoch != 0 && !job.checkpoint.empty())
    refuse("keep_epoch = " + std::to_string(job.keep_epoch) + " goes with a training from the start only");
}

}  // namespace

void check_job(const TrainJob &job) {
  check_quantized(job);
  if (job.graph == nullptr) refuse("a training needs a graph");
  if (!job.graph->has_value(job.loss))
    refuse("a training needs a loss; the graph has no value " + std::to_string(job.loss));
  const Value &loss = job.graph->value(job.loss);
  if (!loss.shape.empty()) refuse("the loss '" + loss.name + "' must be a scalar, it is " + text_of(loss.shape));
  if (job.graph->inputs().size() < static_cast<std::size_t>(job.target_count) + 1)
    refuse("the graph has " + std::to_string(job.graph->inputs().size()) + " inputs, which leaves none beside " +
           std::to_string(job.target_count) + " targets");
  if (!job.train_samples) refuse("a training needs training samples");
  if (job.recipe.monitor_metric && (!job.metrics || !job.validation))
    refuse("monitor_metric needs metrics and validation samples");
  if (const std::string problem = problem_in(job.recipe); !problem.empty()) refuse("training recipe: " + problem);
}

}  // namespace nac::fw
