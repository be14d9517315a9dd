// SPDX-License-Identifier: Apache-2.0
//
// gaussian_process.hpp: regression with a constant mean and exact inference (Rasmussen, Williams, "Gaussian processes
// for machine learning", 2006, chapters 2 and 5). The factor grows by one row per point, so that a new result costs
// O(n^2) instead of O(n^3).
#pragma once
#include <Eigen/Core>
#include <vector>

#include "kernel.hpp"

namespace nac::searching {

/// Signal variance and mean have closed forms, so these are all.
struct gp_parameters {
  std::vector<double> weights;  ///< of the kernel's dimensions
  double noise = 1e-2;          ///< variance of the noise over that of the signal
};

struct predictions {
  std::vector<double> mean, sd;  ///< sd without the noise of a measurement
};

class gaussian_process {
 public:
  gaussian_process() = default;
  gaussian_process(const kernel &k, gp_parameters parameters, const coded_points &points);

  std::size_t size() const { return points_.size(); }
  const coded_points &points() const { return points_; }
  void append(const std::vector<double> &code);
  /// What was measured at the first values.size() points; needs at least one. Points beyond are believed to lie where
  /// the model expects them (kriging believer): they leave the mean as it is and reduce the variance.
  void set_values(const std::vector<double> &values);
  /// Drops all but the first n points, n >= 1. Values must be set again.
  void truncate(std::size_t n);
  predictions predict(const std::vector<std::vector<double>> &codes) const;
  /// The same means in O(n) each, with an upper bound of sd: what is left after the most similar point alone.
  predictions glance(const std::vector<std::vector<double>> &codes) const;

  double mean() const { return mean_; }
  double signal_variance() const { return variance_; }
  /// Logarithm of the marginal likelihood with mean and signal variance at their best values, up to a constant.
  double log_likelihood() const;
  /// Its derivatives with respect to the logarithms of the weights, and of the noise (last). Only without believed
  /// points.
  std::vector<double> gradient() const;

 private:
  void factor();
  kernel kernel_;
  gp_parameters parameters_;
  coded_points points_;
  Eigen::MatrixXd factor_;    ///< lower triangle of the covariance over the signal variance; may have spare rows
  Eigen::VectorXd residual_;  ///< factor^-1 (values - mean), 0 for believed points
  Eigen::VectorXd weights_;   ///< covariance^-1 (values - mean), 0 for believed points
  double mean_ = 0, variance_ = 1;
};

}  // namespace nac::searching
