// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fixed/training/quantized_graph.hpp"
#include "fused/state.hpp"

namespace nac::fw::fused {

/// f of a quantizer's scale 2^-f as it is now: of a constant of one element, or made by PowerOfTwo of a parameter.
int fraction_of(const State &state, ValueId scale);
/// f of each element of a constant scale.
std::vector<int> fractions_of(const State &state, ValueId scale);
/// f of a grid's step.
int fraction_of(const State &state, const GridPlan &grid);

/// Whether float32 holds every sum of `count` values on each of these grids (Add, ReduceSum, ReduceMean, AveragePool;
/// Concat with count 1), whose steps may differ. A grid that is not known makes none exact.
bool exact_sum(const State &state, const std::vector<GridPlan> &grids, double count);

/// Adds d loss / d scale, as a quantizer's gradient gives it, to what the scale is learned from; nothing for a
/// constant.
void add_scale_gradient(State &state, ValueId scale, double gradient);

}  // namespace nac::fw::fused
