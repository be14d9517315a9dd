// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "fused/ops/exact_op.hpp"
#include "fused/ops/table_op.hpp"
#include "fused/plan/planner.hpp"

namespace nac::fw::fused {

/// What an operator does with the integers of its operands.
struct IntegerUse {
  enum class Kind : uint8_t { moves, sums, products };
  Kind kind = Kind::moves;
  double count = 1;  ///< terms of each sum, of each operand
};

/// Of operators that keep all values as they are.
ExactOp::Compute same_values(int rows);

/// Whether float32 may not hold what the operator of this node reads or computes, in a plan where that matters.
bool may_be_wide(const Planner &p, const Node &node, const IntegerUse &use);
/// Makes the operator that was emitted last, of this node, an ExactOp; what follows in it comes from `after`, whose
/// result is what it writes.
void make_exact(Planner &p, const Node &node, const IntegerUse &use, ExactOp::Compute compute, const Follower &after);
void make_exact(Planner &p, const Node &node, const IntegerUse &use, ExactOp::Compute compute);
/// For a layer, whose sums may be wide: null where nobody needs its result exactly.
std::shared_ptr<WideValue> wide_result(Planner &p, ValueId id);

/// Of an operator that a quantized graph computes by a table.
std::optional<TableIndex> table_index(const Planner &p, const Node &node);

}  // namespace nac::fw::fused
