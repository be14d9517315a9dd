// SPDX-License-Identifier: Apache-2.0
#include "fused/inference.hpp"

#include <algorithm>
#include <numeric>

namespace nac::fw::fused {
namespace {

/// A tile's values are not kept, so that larger batches would bring nothing.
constexpr int64_t kBatch = kLargestWidth;

}  // namespace

std::vector<const Tensor *> tensors_of(const Samples &samples) {
  std::vector<const Tensor *> tensors;
  for (const std::vector<Tensor> *part : {&samples.inputs, &samples.targets})
    for (const Tensor &t : *part) tensors.push_back(&t);
  return tensors;
}

int64_t inference_batch(int64_t samples) { return std::clamp<int64_t>(samples, 1, kBatch); }

Inference infer_all(Runner &runner, State &state, const Graph &graph, const std::vector<const Tensor *> &data,
                    int64_t count) {
  Inference result;
  for (const Plan::Output &o : runner.plan().outputs) {
    Shape shape = graph.value(o.id).shape;
    shape.at(0) = count;
    result.predictions.emplace_back(DType::f32, shape);
  }
  std::vector<int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), int64_t{0});
  double sum = 0;
  runner.prepare(state);
  for (int64_t first = 0; first < count; first += runner.plan().batch_size) {
    const int64_t samples = std::min(runner.plan().batch_size, count - first);
    sum += runner.infer(state, data, order.data() + first, samples, result.predictions, first) *
           static_cast<double>(samples);
  }
  result.loss = count > 0 ? sum / static_cast<double>(count) : 0;
  return result;
}

}  // namespace nac::fw::fused
