// SPDX-License-Identifier: Apache-2.0
//
// fit.hpp: hyper-parameters by the largest posterior: marginal likelihood times a prior that holds the weights together
// as long as the data do not tell them apart.
#pragma once
#include "gaussian_process.hpp"

namespace nac::searching {

/// Weights are overall * relative with a log-normal prior on the relative ones.
struct gp_fit {
  double log_overall = 0, log_noise = -4;
  std::vector<double> log_relative;
  gp_parameters parameters() const;
  /// Logarithm of the prior density up to a constant.
  double log_prior() const;
};

/// The best of a coarse grid of overall weights and noises, all dimensions alike.
gp_fit coarse_fit(const kernel &k, const coded_points &points, const std::vector<double> &values);
/// Climbs from `start` by `steps` steps whose lengths adapt to the signs of the gradient (Rprop; Riedmiller, Braun
/// 1993) and returns the best point on the way.
gp_fit refined_fit(const kernel &k, const coded_points &points, const std::vector<double> &values, const gp_fit &start,
                   int steps);

}  // namespace nac::searching
