// SPDX-License-Identifier: Apache-2.0
//
// population.hpp: the survivors of a steady-state NSGA-II.
#pragma once
#include <vector>

#include "search_common/strategy.hpp"

namespace nac::searching {

/// Holds at most `capacity` evaluated genomes. What is added waits until settle(), which takes the newcomers in trial
/// order: the result depends on which trials were told, not on the order of the tells in between.
class population {
 public:
  population() = default;
  population(std::size_t capacity, std::size_t objectives) : capacity_(capacity), objectives_(objectives) {}

  void add(finished f) { newcomers_.push_back(std::move(f)); }
  /// (mu + lambda) survival by non-dominated rank, then crowding, recomputed after every removal. O(m n log n) each.
  void settle();

  std::size_t capacity() const { return capacity_; }
  const std::vector<finished> &members() const { return members_; }  ///< by trial; settle() first
  const std::vector<finished> &newcomers() const { return newcomers_; }
  /// Winner of a binary tournament by rank, then crowding, then chance. Needs members.
  std::size_t tournament(rng &r) const;

 private:
  void rank();
  void shrink();

  std::size_t capacity_ = 0, objectives_ = 1;
  std::vector<finished> members_, newcomers_;
  std::vector<uint32_t> ranks_;
  std::vector<double> crowding_;
};

}  // namespace nac::searching
