// SPDX-License-Identifier: Apache-2.0
//
// parzen.hpp: density over a group of dimensions as a weighted mixture of product kernels, one per observation and one
// prior.
#pragma once
#include <vector>

#include "kernels.hpp"

namespace nac::searching {

class parzen {
 public:
  /// `observed` are full genomes in which the group is active; `weights` one each. The prior weighs 1 beside them.
  parzen(const space_model &space, const std::vector<std::size_t> &group, const std::vector<const genome *> &observed,
         const std::vector<double> &weights);

  /// Writes the group's values into g.
  void sample(const space_model &space, genome &g, rng &r) const;
  double log_density(const space_model &space, const genome &g) const;

 private:
  double mixture(const space_model &space, const genome &g) const;

  std::vector<std::size_t> group_;
  std::vector<kernels> kernels_;
  std::vector<double> log_weight_, cumulative_;
  mutable std::vector<double> known_;  ///< one discrete dimension: densities by value as far as computed, else NaN
};

}  // namespace nac::searching
