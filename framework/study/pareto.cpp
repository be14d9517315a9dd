// SPDX-License-Identifier: Apache-2.0
#include "study/pareto.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"

namespace nac::fw {

bool dominates(const Objectives &a, const Objectives &b) {
  if (a.size() != b.size())
    throw Error("points with " + std::to_string(a.size()) + " and " + std::to_string(b.size()) +
                " objectives cannot be compared");
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(a[i] <= b[i])) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

std::vector<std::size_t> pareto_front(const std::vector<Objectives> &points) {
  // In lexicographic order only an earlier point can dominate or equal a later one, so the front grows one way.
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return points[a] < points[b]; });
  std::vector<std::size_t> front;
  for (const std::size_t candidate : order) {
    const bool covered = std::any_of(front.rbegin(), front.rend(), [&](std::size_t f) {
      return points[f] == points[candidate] || dominates(points[f], points[candidate]);
    });
    if (!covered) front.push_back(candidate);
  }
  std::sort(front.begin(), front.end());
  return front;
}

}  // namespace nac::fw
