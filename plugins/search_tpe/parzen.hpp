// SPDX-License-Identifier: Apache-2.0
//
// parzen.hpp: density over a group of dimensions as a weighted mixture of product kernels, one per observation and one
// prior.
#pragma once
#include <vector>

#include "kernels.hpp"

namespace nac::searching {

/// Power of n with which the least width of a kernel falls. Joint densities in spaces with choices use the smaller one,
/// because every combination of choices has seen only a part of the n observations.
constexpr double kClipPower = 1.25, kClipPowerBesideChoices = 1.1;

class parzen {
 public:
  /// `observed` are full genomes in which the group is active; `weights` one each. The prior weighs 1 beside them.
  parzen(const space_model &space, const std::vector<std::size_t> &group, const std::vector<const genome *> &observed,
         const std::vector<double> &weights, double clip_power = kClipPower);

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
