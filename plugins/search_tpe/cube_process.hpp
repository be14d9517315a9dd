// SPDX-License-Identifier: Apache-2.0
//
// cube_process.hpp: Gaussian process regression on the unit cube (Rasmussen, Williams 2006): Matern 5/2 covariance
// with a length per dimension, constant mean, Gaussian noise.
#pragma once
#include <Eigen/Dense>

namespace nac::searching {

/// Logarithms of one length per dimension, then of the noise variance relative to the signal variance.
using cube_parameters = Eigen::VectorXd;

/// Maximum a posteriori parameters for points (rows of x) and values y (mean 0). The signal variance is profiled out.
cube_parameters fit_parameters(const Eigen::MatrixXd &x, const Eigen::VectorXd &y);

class cube_process {
 public:
  cube_process(Eigen::MatrixXd x, const Eigen::VectorXd &y, const cube_parameters &p);

  struct prediction {
    double mean = 0, deviation = 0;               ///< of the function without noise
    Eigen::VectorXd mean_slope, deviation_slope;  ///< derivatives by the coordinates
  };
  prediction at(const Eigen::VectorXd &point) const;
  double mean(const Eigen::VectorXd &point) const;

 private:
  Eigen::MatrixXd x_;
  Eigen::ArrayXd inverse_length_;
  Eigen::LLT<Eigen::MatrixXd> factor_;
  Eigen::VectorXd weights_;
  double offset_ = 0, variance_ = 1;
};

}  // namespace nac::searching
