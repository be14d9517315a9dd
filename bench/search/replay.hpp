// SPDX-License-Identifier: Apache-2.0
//
// replay.hpp: the logged trials of NAC's own searches as a tabular problem. A search proposes any point of the space;
// what is evaluated, and told to it, is the nearest logged architecture that the run has not had yet, with its real
// outcome.
#pragma once
#include <filesystem>
#include <optional>
#include <vector>

#include "nac/cpp/rng.hpp"
#include "problems.hpp"

namespace nac::bench {

struct logged_trial {
  std::vector<double> genome;  ///< canonical: inactive dimensions are NaN
  std::vector<double> objectives;
};

struct trial_pool {
  problem shape;                     ///< space and reference points; nothing can be evaluated outside the log
  std::vector<logged_trial> trials;  ///< distinct architectures in logged order
  std::size_t left_out = 0;          ///< rows that repeat an architecture or lack a value
};

/// "replay_bragg": mean distance in pixels and log2 of the BOPs; "replay_jets": 1 - accuracy and log2 of the BOPs,
/// run 1. `folder` has the CSV files. Throws failure, naming the file, when it is not there or is not as expected.
trial_pool load_pool(const std::string &name, const std::filesystem::path &folder);
bool is_replay(const std::string &problem);

/// Of a choice: equal or not; of an ordered value: a quarter for any change, the rest by the distance; half for a
/// dimension that only one of the two has.
double genome_distance(const std::vector<dimension> &space, const std::vector<double> &a, const std::vector<double> &b);

/// One run over a pool.
class Projection {
 public:
  Projection(const trial_pool &pool, uint64_t seed) : pool_(&pool), random_(seed), used_(pool.trials.size()) {}
  /// The nearest trial that was not returned yet, ties broken by the seed; nullptr when all were.
  const logged_trial *take_nearest(const std::vector<double> &genome);
  /// The nearest of all, used or not, first of the ties: what a search may know before it asks.
  const logged_trial &nearest(const std::vector<double> &genome) const;

 private:
  const trial_pool *pool_;
  rng random_;
  std::vector<char> used_;
};

}  // namespace nac::bench
