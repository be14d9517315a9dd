// SPDX-License-Identifier: Apache-2.0
//
// unseen_points.hpp: the candidates proposed so far, and a candidate that was not, as long as there is one.
#pragma once
#include <optional>
#include <unordered_set>
#include <vector>

#include "search_common/space_model.hpp"

namespace nac::searching {

class unseen_points {
 public:
  unseen_points() = default;
  unseen_points(const space_model &space, uint64_t seed);

  bool seen(const space_model &space, const genome &g) const { return seen_.count(space.identity(g)) != 0; }
  void insert(const phenotype &p) { seen_.insert(p); }
  std::size_t size() const { return seen_.size(); }
  std::vector<phenotype> sorted() const;

  /// A full genome of an unseen candidate: random draws first, then enumeration, so that a finite space is exhausted
  /// exactly. Empty when every candidate was seen. Enumeration is amortized: no seen candidate is visited twice.
  std::optional<genome> find(const space_model &space, rng &r);

 private:
  bool advance(const space_model &space, const std::vector<char> &flags);
  genome at_cursor(const space_model &space, rng &r) const;

  std::unordered_set<phenotype, phenotype_hash> seen_;  // order never read
  /// Enumeration goes through the discrete dimensions like an odometer whose digits start at `shift_`; all candidates
  /// before the cursor are seen, so it need not be saved.
  std::vector<uint64_t> cursor_, shift_;
  bool exhausted_ = false;
};

}  // namespace nac::searching
