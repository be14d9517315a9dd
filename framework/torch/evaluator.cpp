// SPDX-License-Identifier: Apache-2.0
#include "torch/evaluator.hpp"

#include <c10/core/InferenceMode.h>

#include <algorithm>

namespace nac::fw::libtorch {
namespace {

std::vector<ValueId> wanted_of(const Graph &graph, ValueId loss) {
  std::vector<ValueId> wanted = graph.outputs();
  if (loss != 0) wanted.push_back(loss);
  return wanted;
}

}  // namespace

Evaluator::Evaluator(const Graph &graph, ValueId loss, bool on_cpu)
    : graph_(graph), loss_(loss), program_(graph, wanted_of(graph, loss), on_cpu) {}

Inference Evaluator::run(const State &state, const std::vector<at::Tensor> &bound, int64_t batch_size,
                         std::string *failed_at) const {
  const c10::InferenceMode inference;
  const int64_t rows = bound.at(0).size(0);
  const std::vector<ValueId> &outputs = graph_.outputs();
  Inference result;
  std::vector<at::Tensor> targets(outputs.size());
  at::Tensor loss_sum;
  for (int64_t first = 0; first < rows; first += batch_size) {
    const int64_t count = std::min(batch_size, rows - first);
    Frame frame = state.frame(program_, false);
    for (std::size_t i = 0; i < bound.size(); ++i)
      frame.values[program_.inputs()[i]] = bound[i].narrow(0, first, count);
    program_.run(frame, failed_at);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const at::Tensor &part = frame.values[outputs[i]];
      if (first == 0) {
        Shape shape = part.sizes().vec();
        shape.at(0) = rows;
        result.predictions.emplace_back(dtype_of(part.scalar_type()), shape);
        targets[i] = writable(result.predictions.back());
      }
      targets[i].narrow(0, first, count).copy_(part);
    }
    if (loss_ == 0) continue;
    const at::Tensor weighted = frame.values[loss_].to(at::kDouble) * static_cast<double>(count);
    loss_sum = loss_sum.defined() ? loss_sum + weighted : weighted;
  }
  if (loss_sum.defined()) result.loss = loss_sum.item<double>() / static_cast<double>(rows);
  return result;
}

}  // namespace nac::fw::libtorch
