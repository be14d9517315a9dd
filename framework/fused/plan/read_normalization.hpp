// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/plan/planner.hpp"

namespace nac::fw::fused {

/// Parameters of a BatchNormalization that are parameters and constants of the graph.
NormParameters norm_parameters(const Planner &p, const Node &node);
/// Normalizes x, with what follows y.
void plan_normalization(Planner &p, const Node &node, const ChannelRows &rows, ValueId x, ValueId y);
/// Whether batch statistics of each channel of a layer's result follow it, and nothing else reads it.
bool normalized_by_batch(const Planner &p, ValueId result, bool channels_last);
/// Reads the pattern that this Transpose begins; false: it begins none.
bool read_set_normalization(Planner &p, const Node &transpose);

}  // namespace nac::fw::fused
