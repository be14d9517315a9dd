// SPDX-License-Identifier: Apache-2.0
#include "study/front_measures.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"

namespace nac::fw {

std::vector<double> exclusive_contributions(const std::vector<Objectives> &points, const Objectives &reference) {
  std::vector<double> contributions(points.size(), 0.0);
  for (std::size_t i = 0; i < points.size(); ++i) {
    // What others cover of this point's box: they count from its corner on.
    std::vector<Objectives> limited;
    for (std::size_t j = 0; j < points.size(); ++j) {
      if (j == i) continue;
      Objectives p = points[j];
      if (p.size() != points[i].size())
        throw Error("points with " + std::to_string(p.size()) + " and " + std::to_string(points[i].size()) +
                    " objectives cannot be compared");
      for (std::size_t k = 0; k < p.size(); ++k) p[k] = std::max(p[k], points[i][k]);
      limited.push_back(std::move(p));
    }
    const double box = hypervolume({points[i]}, reference);
    contributions[i] = std::max(0.0, box - hypervolume(limited, reference));
  }
  return contributions;
}

double igd_plus(const std::vector<Objectives> &points, const std::vector<Objectives> &reference_front) {
  if (reference_front.empty()) throw Error("a distance to a reference front needs at least one point in it");
  double sum = 0;
  for (const Objectives &target : reference_front) {
    double nearest = std::numeric_limits<double>::infinity();
    for (const Objectives &p : points) {
      if (p.size() != target.size())
        throw Error("a point has " + std::to_string(p.size()) + " objectives, the reference front has " +
                    std::to_string(target.size()));
      double squares = 0;
      for (std::size_t k = 0; k < p.size(); ++k) {
        const double behind = std::max(0.0, p[k] - target[k]);
        squares += behind * behind;
      }
      nearest = std::min(nearest, std::sqrt(squares));
    }
    sum += nearest;
  }
  return sum / static_cast<double>(reference_front.size());
}

std::optional<std::size_t> knee(const std::vector<Objectives> &front) {
  if (front.size() < 3 || front[0].empty()) return std::nullopt;
  Objectives low = front[0], high = front[0];
  for (const Objectives &p : front)
    for (std::size_t k = 0; k < p.size(); ++k) {
      low[k] = std::min(low[k], p[k]);
      high[k] = std::max(high[k], p[k]);
    }
  std::optional<std::size_t> best;
  double farthest = 1e-12;  // so that rounding on a straight front makes no knee
  for (std::size_t i = 0; i < front.size(); ++i) {
    // The plane through the unit points is where the scaled objectives add up to 1.
    double sum = 0;
    for (std::size_t k = 0; k < low.size(); ++k)
      if (high[k] > low[k]) sum += (front[i][k] - low[k]) / (high[k] - low[k]);
    const double distance = (1 - sum) / std::sqrt(static_cast<double>(low.size()));
    if (distance > farthest) {
      farthest = distance;
      best = i;
    }
  }
  return best;
}

}  // namespace nac::fw
