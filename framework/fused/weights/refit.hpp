// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/state.hpp"

namespace nac::fw::fused {

/// Sets the scales of weight quantizers with fit = 1, which are statistics of `state`, for the parameters and
/// statistics that it holds.
void refit_scales(State &state);

}  // namespace nac::fw::fused
