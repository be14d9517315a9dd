// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/checkpoint.hpp"
#include "engine/recipe.hpp"
#include "torch/aten.hpp"

namespace nac::fw::libtorch {

/// torch.optim's Adam, AdamW, SGD and RMSprop over one flat parameter tensor, with clip_grad_norm_ before it when the
/// recipe has a clip_norm. On the CPU one pass over memory (update.hpp), elsewhere a few tensor operations.
class FlatOptimizer {
 public:
  /// `tensor_operations`: do not take the CPU's fast way; for tests.
  FlatOptimizer(const Recipe &recipe, const at::Tensor &parameters, bool tensor_operations = false);
  /// Changes `gradient` as well.
  void step(at::Tensor &parameters, at::Tensor &gradient, double rate);

  /// Moments and the number of steps, in a checkpoint and back.
  void write(Checkpoint &checkpoint) const;
  void read(const Checkpoint &checkpoint);

 private:
  void step_by_tensors(at::Tensor &parameters, at::Tensor &gradient, double rate);

  Recipe recipe_;
  at::Tensor first_, second_;
  long steps_ = 0;
  bool one_pass_;
};

}  // namespace nac::fw::libtorch
