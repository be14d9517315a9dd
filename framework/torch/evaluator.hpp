// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "engine/training_steps.hpp"
#include "torch/bridge.hpp"
#include "torch/state.hpp"

namespace nac::fw::libtorch {

/// Inference of a graph's outputs, and of a loss where one is given, in batches and in order.
class Evaluator {
 public:
  Evaluator(const Graph &graph, ValueId loss, bool on_cpu);

  const Program &program() const { return program_; }
  /// `bound`: tensors of program().inputs(), all rows.
  Inference run(const State &state, const std::vector<at::Tensor> &bound, int64_t batch_size,
                std::string *failed_at) const;

 private:
  const Graph &graph_;
  ValueId loss_;
  Program program_;
};

}  // namespace nac::fw::libtorch
