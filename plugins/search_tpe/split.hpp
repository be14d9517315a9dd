// SPDX-License-Identifier: Apache-2.0
//
// split.hpp: which finished trials count as good, and how much each of them weighs.
#pragma once
#include <cstddef>
#include <vector>

#include "search_common/strategy.hpp"

namespace nac::searching {

struct good_trials {
  std::vector<std::size_t> indices;  ///< into the history, ascending
  std::vector<double> weights;       ///< one per index
};

/// The best min(ceil(n / 10), 25) of the n trials with a result. One objective: by value, older first on ties, equal
/// weights. Several: by non-dominated rank; where a front does not fit as a whole, greedily by what a trial adds to the
/// hypervolume (MOTPE: Ozaki, Tanigaki, Watanabe, Nomura, Onishi, JAIR 73, 2022), and weights are hypervolume
/// contributions. Above four objectives crowding stands in for hypervolume, which would take exponential time.
good_trials split(const std::vector<finished> &history, std::size_t objectives);

/// Weights of n trials in trial order: 1 for the newest 25, falling linearly to 1/n for the oldest.
std::vector<double> recency_weights(std::size_t n);

}  // namespace nac::searching
