// SPDX-License-Identifier: Apache-2.0
//
// gp_sampler.hpp: Bayesian optimization of one objective over numbers and integers that are always active.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cube_process.hpp"
#include "search_common/strategy.hpp"

namespace nac::searching {

/// Why a Gaussian process cannot model this space, as the end of a sentence; empty if it can: one objective, 1 to 20
/// unconditional numbers or integers, nothing else that varies.
std::string gp_obstacle(const space_model &space, std::size_t objectives);

/// The parameters of the process are fitted anew whenever a tenth more results are there; in between they are kept.
/// They depend on the first trials of the history only, so nothing of this needs to be saved.
class gp_sampler {
 public:
  explicit gp_sampler(const space_model &space);

  /// Candidates with locally largest log expected improvement (Ament et al., NeurIPS 2023), best first. `history` is in
  /// trial order and holds a result; `pending` enter with the predicted mean (kriging believer).
  std::vector<genome> propose(const space_model &space, const std::vector<finished> &history,
                              const std::vector<const genome *> &pending, rng &r);

 private:
  Eigen::VectorXd unit_point(const space_model &space, const genome &g) const;
  const cube_parameters &parameters(const std::vector<finished> &history, const Eigen::MatrixXd &x);

  std::vector<std::size_t> axes_;  ///< dimensions that vary
  Eigen::MatrixXd fitted_x_;       ///< what parameters_ were fitted to
  Eigen::VectorXd fitted_y_;
  cube_parameters parameters_;
};

}  // namespace nac::searching
