// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "pipeline/search.hpp"

namespace nac::fw {

/// A result of an earlier study, as the search of this one is told it.
struct WarmResult {
  Point point;
  nac_status status = NAC_OK;      ///< NAC_INFEASIBLE: breaks a constraint of this study or cannot be built here
  std::vector<double> objectives;  ///< minimized; empty unless NAC_OK
};

/// Trial numbers of such results begin here, beyond those of any search.
constexpr uint64_t kWarmTrials = 1'000'000'000'000;

/// The measured trials of the studies that [search] warm_start names, in their order and without repetitions. What
/// training told is theirs, costs are counted as this study counts them. Trials that are no points of this space are
/// left out. They are kept in the study the first time, so that it resumes to the same trials without the others.
/// Throws UsageError for a folder that is no study and Error for one that has no trial of this space or lacks an
/// objective.
std::vector<WarmResult> warm_results(const SearchInputs &in);

}  // namespace nac::fw
