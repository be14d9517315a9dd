// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/ops/matmul_op.hpp"
#include "fused/plan/planner.hpp"

namespace nac::fw::fused {

/// Of a product of two values of each sample.
MatMulOp::Shape batched_shape(const Planner &p, const Node &node);
/// Reads a product of two values of each sample if attention begins or ends with it; false: neither does.
bool read_attention(Planner &p, NodeId id);
/// Reads a Transpose whose result is nothing but an operand of attention, which takes it as it lies in memory; false:
/// it is none.
bool read_attention_operand(Planner &p, const Node &transpose);

}  // namespace nac::fw::fused
