// SPDX-License-Identifier: Apache-2.0
#include "cube_process.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "minimize.hpp"

namespace nac::searching {
namespace {

const double kRoot2 = std::sqrt(2.0), kRoot5 = std::sqrt(5.0);
constexpr int kFitIterations = 40;
/// Prior of a log length: mean sqrt(2) + log(d)/2, variance 3 (Hvarfner, Hellsten, Nardi, ICML 2024): longer in more
/// dimensions. Of the log noise: around 1e-5, broad; results of a training repeat to a few percent at best.
constexpr double kLengthVariance = 3, kNoiseMean = -11.5, kNoiseVariance = 9;
constexpr double kShortest = -4.6, kLongest = 4.6, kLeastNoise = -16.1, kMostNoise = 0.7;

double matern(double r) { return (1 + kRoot5 * r + 5.0 / 3 * r * r) * std::exp(-kRoot5 * r); }
/// -k'(r) / r
double matern_slope(double r) { return 5.0 / 3 * (1 + kRoot5 * r) * std::exp(-kRoot5 * r); }

double length_mean(Eigen::Index d) { return kRoot2 + 0.5 * std::log(static_cast<double>(d)); }

/// Minus the log posterior density of the parameters, up to a constant, and its gradient.
double loss(const Eigen::MatrixXd &x, const Eigen::VectorXd &y, const cube_parameters &p, Eigen::VectorXd &gradient) {
  const Eigen::Index n = x.rows(), d = x.cols();
  const double noise = std::exp(p[d]);
  const Eigen::ArrayXd inverse_length = (-p.head(d)).array().exp();
  const Eigen::MatrixXd z = x * inverse_length.matrix().asDiagonal();
  Eigen::MatrixXd k(n, n), slope(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    k(i, i) = 1 + noise;
    for (Eigen::Index j = 0; j < i; ++j) {
      const double r = (z.row(i) - z.row(j)).norm();
      k(i, j) = k(j, i) = matern(r);
      slope(i, j) = matern_slope(r);
    }
  }
  const Eigen::LLT<Eigen::MatrixXd> factor(k);
  const Eigen::VectorXd weights = factor.solve(y);
  const double count = static_cast<double>(n), variance = std::max(1e-300, y.dot(weights) / count);
  const Eigen::MatrixXd inverse = factor.solve(Eigen::MatrixXd::Identity(n, n));
  double value = 0.5 * count * std::log(variance);
  for (Eigen::Index i = 0; i < n; ++i) value += std::log(factor.matrixLLT()(i, i));
  gradient.setZero(d + 1);
  // trace(q dK) / 2 with q = K^-1 - w w' / variance
  for (Eigen::Index i = 0; i < n; ++i) {
    gradient[d] += 0.5 * noise * (inverse(i, i) - weights[i] * weights[i] / variance);
    for (Eigen::Index j = 0; j < i; ++j) {
      const double q = (inverse(i, j) - weights[i] * weights[j] / variance) * slope(i, j);
      for (Eigen::Index c = 0; c < d; ++c) gradient[c] += q * (z(i, c) - z(j, c)) * (z(i, c) - z(j, c));
    }
  }
  const double middle = length_mean(d);
  for (Eigen::Index c = 0; c < d; ++c) {
    value += 0.5 * (p[c] - middle) * (p[c] - middle) / kLengthVariance;
    gradient[c] += (p[c] - middle) / kLengthVariance;
  }
  value += 0.5 * (p[d] - kNoiseMean) * (p[d] - kNoiseMean) / kNoiseVariance;
  gradient[d] += (p[d] - kNoiseMean) / kNoiseVariance;
  return value;
}

}  // namespace

cube_parameters fit_parameters(const Eigen::MatrixXd &x, const Eigen::VectorXd &y) {
  const Eigen::Index d = x.cols();
  Eigen::VectorXd low = Eigen::VectorXd::Constant(d + 1, kShortest), high = Eigen::VectorXd::Constant(d + 1, kLongest);
  low[d] = kLeastNoise;
  high[d] = kMostNoise;
  const smooth_function f = [&](const Eigen::VectorXd &p, Eigen::VectorXd &g) { return loss(x, y, p, g); };
  minimum best;
  for (const double start_length : {std::log(0.3), length_mean(d)})
    for (const double start_noise : {-11.5}) {
      Eigen::VectorXd start = Eigen::VectorXd::Constant(d + 1, std::clamp(start_length, kShortest, kLongest));
      start[d] = start_noise;
      const minimum found = minimize_in_box(f, start, low, high, kFitIterations);
      if (best.at.size() == 0 || found.value < best.value) best = found;
    }
  return best.at;
}

cube_process::cube_process(Eigen::MatrixXd x, const Eigen::VectorXd &y, const cube_parameters &p)
    : x_(std::move(x)), inverse_length_((-p.head(x_.cols())).array().exp()) {
  const Eigen::Index n = x_.rows();
  x_ = x_ * inverse_length_.matrix().asDiagonal();
  Eigen::MatrixXd k(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    k(i, i) = 1 + std::exp(p[x_.cols()]);
    for (Eigen::Index j = 0; j < i; ++j) k(i, j) = k(j, i) = matern((x_.row(i) - x_.row(j)).norm());
  }
  factor_.compute(k);
  // Generalized least squares for the constant mean.
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(n), solved = factor_.solve(ones);
  offset_ = solved.dot(y) / solved.dot(ones);
  const Eigen::VectorXd rest = y - offset_ * ones;
  weights_ = factor_.solve(rest);
  variance_ = std::max(1e-300, rest.dot(weights_) / static_cast<double>(n));
}

double cube_process::mean(const Eigen::VectorXd &point) const {
  const Eigen::RowVectorXd z = (point.array() * inverse_length_).matrix().transpose();
  double sum = offset_;
  for (Eigen::Index i = 0; i < x_.rows(); ++i) sum += weights_[i] * matern((x_.row(i) - z).norm());
  return sum;
}

cube_process::prediction cube_process::at(const Eigen::VectorXd &point) const {
  const Eigen::Index n = x_.rows();
  const Eigen::RowVectorXd z = (point.array() * inverse_length_).matrix().transpose();
  Eigen::VectorXd k(n);
  Eigen::MatrixXd slopes(n, point.size());
  for (Eigen::Index i = 0; i < n; ++i) {
    const Eigen::RowVectorXd difference = z - x_.row(i);
    const double r = difference.norm();
    k[i] = matern(r);
    slopes.row(i) = -matern_slope(r) * (difference.array() * inverse_length_.transpose()).matrix();
  }
  const Eigen::VectorXd solved = factor_.solve(k);
  prediction p;
  p.mean = offset_ + weights_.dot(k);
  p.mean_slope = slopes.transpose() * weights_;
  p.deviation = std::sqrt(variance_ * std::max(1e-12, 1 - k.dot(solved)));
  p.deviation_slope = -variance_ / p.deviation * (slopes.transpose() * solved);
  return p;
}

}  // namespace nac::searching
