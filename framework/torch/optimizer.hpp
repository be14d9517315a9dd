// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/checkpoint.hpp"
#include "engine/recipe.hpp"
#include "torch/aten.hpp"

namespace nac::fw::libtorch {

/// Parameters at the end that have no weight decay and a learning rate of their own.
struct OptimizerTail {
  int64_t from = -1;  ///< where they begin; -1: there are none
  double rate = 1;    ///< relative to that of the others
};

/// torch.optim's Adam, AdamW, SGD and RMSprop over one flat parameter tensor, with clip_grad_norm_ before it when the
/// recipe has a clip_norm. On the CPU one pass over memory (update.hpp), elsewhere a few tensor operations.
class FlatOptimizer {
 public:
  /// `tensor_operations`: do not take the CPU's fast way; for tests.
  FlatOptimizer(const Recipe &recipe, const at::Tensor &parameters, bool tensor_operations = false,
                OptimizerTail tail = {});
  /// Changes `gradient` as well.
  void step(at::Tensor &parameters, at::Tensor &gradient, double rate);

  /// Moments and the number of steps, in a checkpoint and back.
  void write(Checkpoint &checkpoint) const;
  void read(const Checkpoint &checkpoint);

 private:
  /// Of the parameters [from, from + count).
  struct Piece {
    const Recipe *recipe;
    int64_t from, count;
    double rate;
  };
  void step_piece(const Piece &piece, at::Tensor &parameters, const at::Tensor &gradient, float scale);
  void step_by_tensors(const Piece &piece, const at::Tensor &parameters, const at::Tensor &gradient);

  Recipe recipe_, tail_recipe_;
  OptimizerTail tail_;
  at::Tensor first_, second_;
  long steps_ = 0;
  bool one_pass_;
};

}  // namespace nac::fw::libtorch
