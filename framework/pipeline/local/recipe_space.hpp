// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "manifest/stages.hpp"
#include "services/space.hpp"

namespace nac::fw {

/// The recipes that [tune] may try: learning_rate, batch_size, optimizer, weight_decay, schedule, as far as they are
/// not fixed. Ranges are logarithmic, but for one from 0. Throws UsageError when all are fixed.
Space recipe_space(const TuneStage &stage);

/// The recipe of a point: the stage's base with the point's values and the fixed ones.
Recipe recipe_at(const TuneStage &stage, const Point &point);

}  // namespace nac::fw
