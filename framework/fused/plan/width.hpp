// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/plan/planner.hpp"

namespace nac::fw::fused {

/// Samples in a tile: the more the fewer values a net has, and few enough that the last tile of a batch is not mostly
/// empty.
int tile_width(const Planner &p, int64_t batch_size);

}  // namespace nac::fw::fused
