// SPDX-License-Identifier: Apache-2.0
#include "minimize.hpp"

#include <algorithm>
#include <cmath>

namespace nac::searching {
namespace {

constexpr double kFlat = 1e-6, kSufficient = 1e-4, kFirstStep = 0.1;
constexpr int kHalvings = 20;

/// Coordinates that may move: not those at a bound that the function pushes them against.
Eigen::ArrayXd free_of(const Eigen::VectorXd &x, const Eigen::VectorXd &g, const Eigen::VectorXd &low,
                       const Eigen::VectorXd &high) {
  Eigen::ArrayXd free = Eigen::ArrayXd::Ones(x.size());
  for (Eigen::Index i = 0; i < x.size(); ++i)
    if ((x[i] <= low[i] && g[i] > 0) || (x[i] >= high[i] && g[i] < 0)) free[i] = 0;
  return free;
}

}  // namespace

minimum minimize_in_box(const smooth_function &f, const Eigen::VectorXd &start, const Eigen::VectorXd &low,
                        const Eigen::VectorXd &high, int iterations) {
  const Eigen::Index d = start.size();
  minimum best{start, 0};
  Eigen::VectorXd g(d), g_new(d);
  best.value = f(best.at, g);
  Eigen::MatrixXd inverse = Eigen::MatrixXd::Identity(d, d);
  bool fresh = true;  // `inverse` holds no curvature yet
  for (int iteration = 0; iteration < iterations; ++iteration) {
    const Eigen::ArrayXd free = free_of(best.at, g, low, high);
    const Eigen::VectorXd held = (g.array() * free).matrix();
    if (!(held.cwiseAbs().maxCoeff() > kFlat)) break;
    Eigen::VectorXd step = (-(inverse * held).array() * free).matrix();
    if (!(step.dot(held) < 0)) {
      inverse.setIdentity();
      fresh = true;
      step = -held;
    }
    if (fresh) step *= std::min(1.0, kFirstStep / step.cwiseAbs().maxCoeff());
    bool moved = false;
    for (int halving = 0; halving < kHalvings && !moved; ++halving, step *= 0.5) {
      const Eigen::VectorXd x = (best.at + step).cwiseMax(low).cwiseMin(high);
      const Eigen::VectorXd difference = x - best.at;
      const double value = f(x, g_new);
      if (!(value <= best.value + kSufficient * held.dot(difference)) || difference.isZero(0)) continue;
      const Eigen::VectorXd bend = g_new - g;
      const double curvature = difference.dot(bend);
      if (curvature > 1e-12 * difference.norm() * bend.norm()) {
        if (fresh) inverse *= curvature / bend.squaredNorm();
        const Eigen::VectorXd turned = inverse * bend;
        inverse += (1 + bend.dot(turned) / curvature) / curvature * difference * difference.transpose() -
                   (turned * difference.transpose() + difference * turned.transpose()) / curvature;
        fresh = false;
      }
      best = {x, value};
      g = g_new;
      moved = true;
    }
    if (moved) continue;
    if (fresh) break;
    inverse.setIdentity();
    fresh = true;
  }
  return best;
}

}  // namespace nac::searching
