// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/plan/schedule.hpp"

namespace nac::fw::fused {

/// Gives every value and gradient its memory. Slots that one tile at a time uses share memory where they do not live at
/// the same time; `keep` are results, which are read when a tile is through.
Storage arrange(const Schedule &schedule, const std::vector<int> &rows, const std::vector<Slot> &keep, int width,
                int tiles, std::size_t scratch);

}  // namespace nac::fw::fused
