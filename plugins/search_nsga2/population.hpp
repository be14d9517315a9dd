// SPDX-License-Identifier: Apache-2.0
//
// population.hpp: the survivors of NSGA-II.
#pragma once
#include <vector>

#include "search_common/strategy.hpp"

namespace nac::searching {

/// How many survive, and how a front that does not fit is thinned.
struct survival {
  /// `smallest` members are kept, and more as far as they are non-dominated, up to `largest`.
  std::size_t smallest = 0, largest = 0;
  /// Crowding is recomputed after every removal; `once`: computed once per front, as published in 2002.
  bool once = false;
};

/// Evaluated genomes. What is added waits until settle(), which takes the newcomers in trial order: the result depends
/// on which trials were told, not on the order of the tells in between.
class population {
 public:
  population() = default;
  population(const survival &rule, std::size_t objectives) : rule_(rule), objectives_(objectives) {}

  void add(finished f) { newcomers_.push_back(std::move(f)); }
  /// (mu + lambda) survival by non-dominated rank, then crowding. O(m n log n) each.
  void settle();

  const survival &rule() const { return rule_; }
  const std::vector<finished> &members() const { return members_; }  ///< by trial; settle() first
  const std::vector<finished> &newcomers() const { return newcomers_; }
  /// Winner of a binary tournament by rank, then crowding, then chance. Needs members.
  std::size_t tournament(rng &r) const;

 private:
  void rank();
  void shrink();

  survival rule_;
  std::size_t objectives_ = 1;
  std::vector<finished> members_, newcomers_;
  std::vector<uint32_t> ranks_;
  std::vector<double> crowding_;
};

}  // namespace nac::searching
