// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "pipeline/local/chain_run.hpp"

namespace nac::fw {

/// What a trial's chains start from: the weights of its best tuned recipe, else those of the search; and the recipe of
/// the trainings on it, [compression] train over the tuned recipe, else over [search.train]. Throws Error when the
/// trial was tuned again since its compression began.
BaseNetwork base_network(const LocalInputs &in, const LocalContext &context, uint64_t trial);

}  // namespace nac::fw
