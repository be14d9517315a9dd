// SPDX-License-Identifier: Apache-2.0
//
// run_search.hpp: one run of a search plugin, through the same proxy and space as in the host.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "plugin/registry.hpp"
#include "problems.hpp"
#include "replay.hpp"

namespace nac::bench {

struct run_plan {
  const problem *what = nullptr;
  const trial_pool *pool = nullptr;  ///< set: trials come from this log instead of what->evaluate
  std::vector<std::size_t> budgets;
  uint64_t seed = 0, trials = 100;
  uint32_t lookahead = 1;
  bool exact = true;  ///< whether a search may ask for exact objectives (nac.candidates/1)
};

/// Record::standings and "seed", "trials", "exhausted", "ask_tell_ms" (processor time of one ask and its tell, mean
/// over the last tenth of the trials, at least 20) and "seconds" (processor time of all of them).
nlohmann::json run_search(const fw::PluginObject &object, const fw::Config &config, const run_plan &plan);

/// The log itself as a search: in its own order, or shuffled by the seed.
nlohmann::json run_log(const run_plan &plan, bool shuffled);

}  // namespace nac::bench
