// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "engine/stopwatch.hpp"
#include "fused/plan/plan.hpp"
#include "graph/samples.hpp"

namespace nac::fw::fused {

/// A plan with its memory. One thread at a time.
class Runner {
 public:
  explicit Runner(Plan plan);

  const Plan &plan() const { return plan_; }
  /// Gradients of the loss of these samples are added to the state's, running statistics change. Returns the loss.
  /// `data`: tensors of the graph's inputs; `order`: which of their rows, at most Plan::batch_size.
  double train(State &state, const std::vector<const Tensor *> &data, const int64_t *order, int64_t samples,
               Stopwatch *watch);
  /// Takes the weights as they are; before infer().
  void prepare(State &state) { start(state); }
  /// Fills `samples` rows of each output from row `first` on; returns the loss, 0 without one.
  double infer(State &state, const std::vector<const Tensor *> &data, const int64_t *order, int64_t samples,
               std::vector<Tensor> &outputs, int64_t first);

 private:
  void start(State &state);
  /// One phase begins with the tiles that the one before ended with, which are in the caches yet.
  template <class F>
  void for_each_tile(const Batch &batch, std::size_t phase, F &&f);
  Batch batch_of(const std::vector<const Tensor *> &data, const int64_t *order, int64_t samples) const;
  double loss() const;

  Plan plan_;
  Storage storage_;
};

}  // namespace nac::fw::fused
