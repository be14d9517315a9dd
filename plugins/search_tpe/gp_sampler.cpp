// SPDX-License-Identifier: Apache-2.0
#include "gp_sampler.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "minimize.hpp"

namespace nac::searching {
namespace {

constexpr std::size_t kMostDimensions = 20, kDraws = 400, kStarts = 6;
constexpr int kIterations = 50;

/// log(phi(z) + z Phi(z)) and its derivative by z; by the asymptotic series where the two terms cancel.
double log_improvement(double z, double &slope) {
  constexpr double kLogRoot2Pi = 0.91893853320467274178;
  if (z < -6) {
    const double s = 1 / (z * z), below = 1 - 3 * s + 15 * s * s;
    slope = -z * (1 - s + 3 * s * s) / below;
    return -0.5 * z * z - kLogRoot2Pi + std::log(s * below);
  }
  const double cdf = 0.5 * std::erfc(-z * 0.70710678118654752440);
  const double improvement = std::exp(-0.5 * z * z - kLogRoot2Pi) + z * cdf;
  slope = cdf / improvement;
  return std::log(improvement);
}

/// Minus log expected improvement below `best`.
double acquisition(const cube_process &gp, double best, const Eigen::VectorXd &x, Eigen::VectorXd &gradient) {
  const cube_process::prediction p = gp.at(x);
  const double z = (best - p.mean) / p.deviation;
  double slope = 0;
  const double value = log_improvement(z, slope) + std::log(p.deviation);
  gradient = slope / p.deviation * (p.mean_slope + z * p.deviation_slope) - p.deviation_slope / p.deviation;
  return -value;
}

/// The first `count` values with mean 0 and deviation 1. What is worse than the median is compressed logarithmically
/// first: how bad a bad trial is must not decide about lengths and variance. Trials without a result count like the
/// worst.
Eigen::VectorXd warped(const std::vector<finished> &history, std::size_t count) {
  std::vector<double> sorted;
  for (std::size_t i = 0; i < count; ++i)
    if (history[i].ok) sorted.push_back(history[i].objectives[0]);
  if (sorted.empty()) return Eigen::VectorXd::Zero(static_cast<Eigen::Index>(count));
  std::sort(sorted.begin(), sorted.end());
  const double middle = sorted[sorted.size() / 2], scale = std::max(middle - sorted.front(), 1e-12);
  Eigen::VectorXd y(static_cast<Eigen::Index>(count));
  for (Eigen::Index i = 0; i < y.size(); ++i) {
    const finished &f = history[static_cast<std::size_t>(i)];
    const double value = f.ok ? f.objectives[0] : sorted.back(), over = (value - middle) / scale;
    y[i] = over > 0 ? std::log1p(over) : over;
  }
  y.array() -= y.mean();
  const double deviation = std::sqrt(y.squaredNorm() / static_cast<double>(y.size()));
  return deviation > 0 ? Eigen::VectorXd(y / deviation) : y;
}

double position_of(const space_model &space, std::size_t i, double value) {
  if (space.count(i) == 0) return space.to_unit(i, value);
  return static_cast<double>(space.index_of(i, value)) / static_cast<double>(space.count(i) - 1);
}

}  // namespace

std::string gp_obstacle(const space_model &space, std::size_t objectives) {
  if (objectives != 1) return "there are " + std::to_string(objectives) + " objectives; it takes 1";
  std::size_t varying = 0;
  for (std::size_t i = 0; i < space.size(); ++i) {
    if (!space.variable(i)) continue;
    ++varying;
    const dimension &d = space[i];
    if (!d.conditions.empty()) return "dimension '" + d.name + "' is conditional";
    if (d.kind != NAC_DIMENSION_NUMBER && d.kind != NAC_DIMENSION_INTEGER)
      return "dimension '" + d.name + "' is a choice; it takes numbers and integers";
  }
  if (varying == 0 || varying > kMostDimensions)
    return "the space has " + std::to_string(varying) + " dimensions that vary; it takes 1 to " +
           std::to_string(kMostDimensions);
  return "";
}

gp_sampler::gp_sampler(const space_model &space) {
  for (std::size_t i = 0; i < space.size(); ++i)
    if (space.variable(i)) axes_.push_back(i);
}

Eigen::VectorXd gp_sampler::unit_point(const space_model &space, const genome &g) const {
  Eigen::VectorXd x(static_cast<Eigen::Index>(axes_.size()));
  for (std::size_t k = 0; k < axes_.size(); ++k)
    x[static_cast<Eigen::Index>(k)] = position_of(space, axes_[k], g[axes_[k]]);
  return x;
}

const cube_parameters &gp_sampler::parameters(const std::vector<finished> &history, const Eigen::MatrixXd &x) {
  Eigen::Index size = 10;  // the largest of a fixed sequence of sizes
  while (size + std::max<Eigen::Index>(1, size / 10) <= x.rows()) size += std::max<Eigen::Index>(1, size / 10);
  size = std::min(size, x.rows());
  Eigen::MatrixXd part = x.topRows(size);
  Eigen::VectorXd values = warped(history, static_cast<std::size_t>(size));
  if (fitted_x_.rows() != size || fitted_x_ != part || fitted_y_ != values) {
    parameters_ = fit_parameters(part, values);
    fitted_x_ = std::move(part);
    fitted_y_ = std::move(values);
  }
  return parameters_;
}

std::vector<genome> gp_sampler::propose(const space_model &space, const std::vector<finished> &history,
                                        const std::vector<const genome *> &pending, rng &r) {
  const auto n = static_cast<Eigen::Index>(history.size()), open = static_cast<Eigen::Index>(pending.size());
  const auto d = static_cast<Eigen::Index>(axes_.size());
  Eigen::MatrixXd x(n + open, d);
  for (Eigen::Index i = 0; i < n; ++i)
    x.row(i) = unit_point(space, history[static_cast<std::size_t>(i)].genes).transpose();
  for (Eigen::Index i = 0; i < open; ++i)
    x.row(n + i) = unit_point(space, *pending[static_cast<std::size_t>(i)]).transpose();
  const Eigen::MatrixXd known = x.topRows(n);
  Eigen::VectorXd y = warped(history, history.size());
  const cube_parameters &p = parameters(history, known);
  const cube_process measured(known, y, p);
  y.conservativeResize(n + open);
  for (Eigen::Index i = n; i < n + open; ++i) y[i] = measured.mean(x.row(i).transpose());
  const cube_process gp(x, y, p);
  const double best = y.minCoeff();

  // Starts: random points and the neighbourhood of the best ones, the most promising first.
  std::vector<Eigen::Index> order(static_cast<std::size_t>(n + open));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) { return y[a] < y[b]; });
  std::vector<minimum> starts;
  Eigen::VectorXd gradient(d);
  for (std::size_t draw = 0; draw < kDraws; ++draw) {
    Eigen::VectorXd point(d);
    const Eigen::Index near = order[draw % std::min<std::size_t>(3, order.size())];
    const double width = std::pow(10.0, -1 - 2 * r.uniform());
    for (Eigen::Index c = 0; c < d; ++c)
      point[c] = draw % 4 != 0 ? r.uniform() : std::clamp(x(near, c) + width * r.normal(), 0.0, 1.0);
    const double value = acquisition(gp, best, point, gradient);
    starts.push_back({point, value});
  }
  const auto by_value = [](const minimum &a, const minimum &b) { return a.value < b.value; };
  std::stable_sort(starts.begin(), starts.end(), by_value);
  starts.resize(std::min(starts.size(), kStarts));
  const smooth_function f = [&](const Eigen::VectorXd &point, Eigen::VectorXd &g) {
    return acquisition(gp, best, point, g);
  };
  for (minimum &s : starts)
    s = minimize_in_box(f, s.at, Eigen::VectorXd::Zero(d), Eigen::VectorXd::Ones(d), kIterations);
  std::stable_sort(starts.begin(), starts.end(), by_value);

  std::vector<genome> proposals;
  for (const minimum &s : starts) {
    genome g(space.size());
    for (std::size_t i = 0; i < space.size(); ++i) g[i] = space[i].low;
    for (std::size_t k = 0; k < axes_.size(); ++k) {
      const std::size_t i = axes_[k];
      const double at = s.at[static_cast<Eigen::Index>(k)];
      const uint64_t last = space.count(i) - 1;
      g[i] =
          space.count(i) == 0
              ? space.from_unit(i, at)
              : space.value_at(i, std::min(last, static_cast<uint64_t>(std::llround(at * static_cast<double>(last)))));
    }
    proposals.push_back(std::move(g));
  }
  return proposals;
}

}  // namespace nac::searching
