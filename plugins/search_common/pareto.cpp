// SPDX-License-Identifier: Apache-2.0
#include "search_common/pareto.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace nac::searching {

bool dominates(const double *a, const double *b, std::size_t m) {
  bool better = false;
  for (std::size_t k = 0; k < m; ++k) {
    if (a[k] > b[k]) return false;
    better |= a[k] < b[k];
  }
  return better;
}

std::vector<uint32_t> nondominated_ranks(const std::vector<double> &f, std::size_t m) {
  const std::size_t n = f.size() / m;
  std::vector<uint32_t> order(n), ranks(n);
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::lexicographical_compare(&f[a * m], &f[a * m] + m, &f[b * m], &f[b * m] + m);
  });
  std::vector<std::vector<uint32_t>> fronts;
  const auto dominated_by = [&](const std::vector<uint32_t> &front, uint32_t p) {
    // In this order the last member of a front has its smallest second objective, so with two it decides alone.
    if (m <= 2) return dominates(&f[front.back() * m], &f[p * m], m);
    return std::any_of(front.rbegin(), front.rend(), [&](uint32_t q) { return dominates(&f[q * m], &f[p * m], m); });
  };
  for (const uint32_t p : order) {
    const auto front = std::partition_point(
        fronts.begin(), fronts.end(), [&](const std::vector<uint32_t> &members) { return dominated_by(members, p); });
    ranks[p] = static_cast<uint32_t>(front - fronts.begin());
    if (front == fronts.end())
      fronts.push_back({p});
    else
      front->push_back(p);
  }
  return ranks;
}

std::vector<double> crowding(const std::vector<double> &f, std::size_t m, const std::vector<uint32_t> &members) {
  const std::size_t n = members.size();
  std::vector<double> distance(n, 0.0);
  std::vector<uint32_t> order(n);
  for (std::size_t k = 0; k < m && n > 0; ++k) {
    std::iota(order.begin(), order.end(), 0u);
    const auto value = [&](uint32_t position) { return f[members[position] * m + k]; };
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return value(a) < value(b); });
    const double range = value(order.back()) - value(order.front());
    distance[order.front()] = distance[order.back()] = std::numeric_limits<double>::infinity();
    if (!(range > 0)) continue;
    for (std::size_t i = 1; i + 1 < n; ++i) distance[order[i]] += (value(order[i + 1]) - value(order[i - 1])) / range;
  }
  return distance;
}

}  // namespace nac::searching
