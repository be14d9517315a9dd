// SPDX-License-Identifier: Apache-2.0
#include "gaussian_process.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "portable_math.hpp"

namespace nac::searching {
namespace {

using index = Eigen::Index;
constexpr double kLeastPivot = 1e-9;

index signed_size(std::size_t n) { return static_cast<index>(n); }

/// Eigen blocks its products by the cache sizes that it finds, and the blocks decide the order of summation.
void fix_block_sizes() {
  static const bool done = [] {
    Eigen::setCpuCacheSizes(32 * 1024, 256 * 1024, 2 * 1024 * 1024);
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace

gaussian_process::gaussian_process(const kernel &k, gp_parameters parameters, const coded_points &points)
    : kernel_(k), parameters_(std::move(parameters)), points_(points) {
  fix_block_sizes();
  factor();
}

void gaussian_process::factor() {
  const index n = signed_size(size());
  Eigen::MatrixXd covariance(n, n);
  for (index i = 0; i < n; ++i)
    kernel_.row(points_, parameters_.weights, points_.row(static_cast<std::size_t>(i)), covariance.col(i).data());
  covariance.diagonal().array() += parameters_.noise;
  const Eigen::LLT<Eigen::MatrixXd> llt(covariance);
  factor_ = llt.matrixLLT();
}

void gaussian_process::append(const std::vector<double> &code) {
  const index n = signed_size(size());
  if (factor_.rows() == n) factor_.conservativeResize(n + 64, n + 64);
  Eigen::VectorXd row(n);
  kernel_.row(points_, parameters_.weights, code, row.data());
  factor_.topLeftCorner(n, n).triangularView<Eigen::Lower>().solveInPlace(row);
  factor_.row(n).head(n) = row.transpose();
  factor_(n, n) = std::sqrt(std::max(kLeastPivot, 1 + parameters_.noise - row.squaredNorm()));
  points_.append(code);
  residual_.conservativeResize(n + 1);
  residual_(n) = 0;
}

void gaussian_process::truncate(std::size_t n) {
  coded_points kept(points_.dimensions());
  for (std::size_t i = 0; i < n; ++i) kept.append(points_.row(i));
  points_ = std::move(kept);
}

void gaussian_process::set_values(const std::vector<double> &values) {
  const index n = signed_size(values.size());
  Eigen::MatrixXd both(n, 2);
  both.col(0).setOnes();
  for (index i = 0; i < n; ++i) both(i, 1) = values[static_cast<std::size_t>(i)];
  factor_.topLeftCorner(n, n).triangularView<Eigen::Lower>().solveInPlace(both);
  mean_ = both.col(0).dot(both.col(1)) / both.col(0).squaredNorm();
  residual_ = Eigen::VectorXd::Zero(signed_size(size()));
  residual_.head(n) = both.col(1) - mean_ * both.col(0);
  weights_ = residual_.head(n);
  factor_.topLeftCorner(n, n).triangularView<Eigen::Lower>().transpose().solveInPlace(weights_);
  variance_ = std::max(1e-300, residual_.squaredNorm() / static_cast<double>(n));
}

predictions gaussian_process::predict(const std::vector<std::vector<double>> &codes) const {
  const index n = signed_size(size()), count = signed_size(codes.size());
  Eigen::MatrixXd cross(n, count);
  for (index c = 0; c < count; ++c)
    kernel_.row(points_, parameters_.weights, codes[static_cast<std::size_t>(c)], cross.col(c).data());
  factor_.topLeftCorner(n, n).triangularView<Eigen::Lower>().solveInPlace(cross);
  predictions p;
  for (index c = 0; c < count; ++c) {
    p.mean.push_back(mean_ + cross.col(c).dot(residual_));
    p.sd.push_back(std::sqrt(variance_ * std::max(0.0, 1 - cross.col(c).squaredNorm())));
  }
  return p;
}

predictions gaussian_process::glance(const std::vector<std::vector<double>> &codes) const {
  predictions p;
  Eigen::VectorXd cross(signed_size(size()));
  for (const std::vector<double> &code : codes) {
    kernel_.row(points_, parameters_.weights, code, cross.data());
    const double closest = cross.maxCoeff();
    p.mean.push_back(mean_ + cross.head(weights_.size()).dot(weights_));
    p.sd.push_back(std::sqrt(variance_ * std::max(0.0, 1 - closest * closest / (1 + parameters_.noise))));
  }
  return p;
}

double gaussian_process::log_likelihood() const {
  const index n = signed_size(size());
  double log_determinant = 0;
  for (index i = 0; i < n; ++i) log_determinant += portable_log(factor_(i, i));
  return -0.5 * static_cast<double>(n) * portable_log(variance_) - log_determinant;
}

std::vector<double> gaussian_process::gradient() const {
  const index n = signed_size(size());
  const auto lower = factor_.topLeftCorner(n, n).triangularView<Eigen::Lower>();
  // d log p = 1/2 tr((a a^T / variance - K^-1) dK), a = K^-1 (values - mean)
  Eigen::MatrixXd inverse_factor = Eigen::MatrixXd::Identity(n, n);
  lower.solveInPlace(inverse_factor);
  const Eigen::VectorXd a = inverse_factor.transpose() * residual_;
  Eigen::MatrixXd p(n, n);
  p.triangularView<Eigen::Lower>() = -(inverse_factor.transpose() * inverse_factor);
  p.triangularView<Eigen::Lower>() += a * a.transpose() / variance_;
  std::vector<double> result(parameters_.weights.size() + 1, 0.0);
  result.back() = 0.5 * parameters_.noise * p.trace();
  std::vector<double> similarity(size()), distance(size());
  for (index i = 0; i < n; ++i) {
    const auto row = static_cast<std::size_t>(i);
    const std::vector<double> code = points_.row(row);
    kernel_.row(points_, parameters_.weights, code, similarity.data());
    for (std::size_t j = 0; j < row; ++j) similarity[j] *= p(i, signed_size(j));
    for (std::size_t d = 0; d < points_.dimensions(); ++d) {
      kernel_.distances(points_, row, d, code[d], distance.data());
      double sum = 0;
      for (std::size_t j = 0; j < row; ++j) sum += similarity[j] * distance[j];
      result[d] -= parameters_.weights[d] * sum;  // both triangles
    }
  }
  return result;
}

}  // namespace nac::searching
