// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "fused/ops/loss_ops.hpp"
#include "fused/plan/schedule.hpp"

namespace nac::fw::fused {

enum class Mode : uint8_t {
  training,   ///< batch normalization by batch statistics
  frozen,     ///< quantized graphs whose statistics do not move any more: it is part of the weights
  inference,  ///< no gradients, running statistics
};

/// A graph as operators in the order in which they run.
struct Plan {
  Mode mode = Mode::training;
  bool quantized = false;
  int width = 0;           ///< of a tile
  int64_t batch_size = 0;  ///< the most that one pass takes
  std::vector<OpPtr> ops;
  std::vector<int> rows;  ///< by slot
  std::vector<LossOp *> losses;
  double constant_loss = 0;
  struct Output {
    ValueId id = 0;
    Slot slot = kNoSlot;
  };
  std::vector<Output> outputs;
  /// Positions over which each batch normalization sees a sample: one that sees a single one needs two samples.
  std::vector<int64_t> normalized_positions;
  Schedule schedule;
};

/// What of a graph is trained.
struct TrainedValues {
  std::vector<ValueId> parameters;  ///< learned scales last
  std::size_t learned_scales = 0;
  std::vector<ValueId> statistics;  ///< running statistics, and weight scales that are refitted
};
/// Of what `wanted` depends on.
TrainedValues trained_values(const Graph &graph, const std::vector<ValueId> &wanted);

/// `loss` 0: none; `outputs` are read after each pass. Throws Error (NAC_UNSUPPORTED) naming the node that has no
/// kernel.
Plan make_plan(const Graph &graph, ValueId loss, const std::vector<ValueId> &outputs, Mode mode, int64_t batch_size);

}  // namespace nac::fw::fused
