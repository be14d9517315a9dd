// SPDX-License-Identifier: Apache-2.0
#include "fused/weights/refit.hpp"

#include "fixed/training/refit.hpp"

namespace nac::fw::fused {

void refit_scales(State &state) { state.set_statistics(with_refitted_scales(state.graph(), state.weights())); }

}  // namespace nac::fw::fused
