// SPDX-License-Identifier: Apache-2.0
//
// compat.hpp: the variation of Optuna 3.1's NSGAIISampler, for comparisons: what it inherits and what it leaves to
// chance, including its weaknesses.
#pragma once
#include "search_common/strategy.hpp"

namespace nac::searching {

/// The genes that were active in every finished trial: all that this variation inherits.
class shared_genes {
 public:
  void note(const space_model &space, const genome &g);  ///< a finished trial's genome
  bool contains(std::size_t i) const { return !any_ || shared_[i] != 0; }
  void write(state_writer &w) const;
  void read(state_reader &r, std::size_t dimensions);

 private:
  bool any_ = false;
  std::vector<char> shared_;
};

/// Uniform crossover (1/2 per gene, probability `crossover`) of two different parents; each is the first of two random
/// ones if it dominates the second, else the second. A shared gene is redrawn, perhaps to the same value, with
/// probability 1/(shared genes); all other genes always are.
genome optuna_child(const space_model &space, const std::vector<finished> &parents, const shared_genes &shared,
                    double crossover, rng &r);

}  // namespace nac::searching
