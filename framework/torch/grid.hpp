// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fixed/training/quantized_graph.hpp"
#include "torch/program.hpp"

namespace nac::fw::libtorch {

/// f of a grid's step 2^-f with scales on the CPU.
int fraction_of(const GridPlan &grid, const Frame &frame);
/// The step itself, as a float64 tensor of one element on any device.
at::Tensor step_of(const GridPlan &grid, const Frame &frame);

}  // namespace nac::fw::libtorch
