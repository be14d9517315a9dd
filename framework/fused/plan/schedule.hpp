// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "fused/op.hpp"

namespace nac::fw::fused {

/// When operators run. A phase takes every tile through its operators; barriers (batch statistics) separate phases. The
/// last forward phase and the first backward one are the same: a tile turns round while its values are in the cache.
struct Schedule {
  /// Operators by phase: forward ones in order, then backward ones. backward[i] belongs to phase forward.size() - 1 +
  /// i.
  std::vector<std::vector<Op *>> forward, backward;

  /// Operators of `backward` that run forward() of another once more, see Op::repeatable.
  std::vector<OpPtr> repeats;

  /// Which slots must be kept for all tiles, since different phases use them; the others need one tile's memory.
  std::vector<bool> kept_values, kept_gradients;
  /// First and last time of use of each slot within its phase, in steps of operators; -1: never used.
  struct Life {
    int first = -1, last = -1;
  };
  std::vector<Life> value_life, gradient_life;
};

/// `ops` in topological order; decides GradientSlot::add too. Without `train` there is no way back. `rows` by slot;
/// `samples` of a batch: what must be kept for all of them decides whether operators are repeated instead.
Schedule make_schedule(const std::vector<OpPtr> &ops, const std::vector<int> &rows, int64_t samples, bool train);

}  // namespace nac::fw::fused
