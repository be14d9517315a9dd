// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "torch/state.hpp"

namespace nac::fw::libtorch {

/// Sets the scales of weight quantizers with fit = 1 for the parameters and statistics that `state` holds.
void refit_scales(const Graph &graph, State &state);

}  // namespace nac::fw::libtorch
