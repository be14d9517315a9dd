// SPDX-License-Identifier: Apache-2.0
#include "split.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "search_common/hypervolume.hpp"
#include "search_common/pareto.hpp"

namespace nac::searching {
namespace {

constexpr std::size_t kMostGood = 25, kMostHypervolumeObjectives = 4;
constexpr double kSmallestWeight = 1e-3;

struct table {
  std::vector<std::size_t> trials;  // indices into the history
  std::vector<double> rows;
  std::size_t m;
  std::vector<double> reference;
};

table with_results(const std::vector<finished> &history, std::size_t m) {
  table t{{}, {}, m, {}};
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (!history[i].ok) continue;
    t.trials.push_back(i);
    t.rows.insert(t.rows.end(), history[i].objectives.begin(), history[i].objectives.end());
  }
  for (std::size_t k = 0; k < m; ++k) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::size_t i = k; i < t.rows.size(); i += m) low = std::min(low, t.rows[i]), high = std::max(high, t.rows[i]);
    t.reference.push_back(high + 0.1 * std::max(high - low, 1e-12));
  }
  return t;
}

/// Greedy choice of `wanted` members of a front. Gains only shrink while the choice grows, so a stale one is recomputed
/// only when it comes first.
std::vector<uint32_t> by_hypervolume(const table &t, const std::vector<uint32_t> &front, std::size_t wanted) {
  std::vector<double> chosen_rows, gain(front.size());
  std::vector<char> fresh(front.size(), 1), taken(front.size(), 0);
  for (std::size_t i = 0; i < front.size(); ++i)
    gain[i] = hypervolume_gain(chosen_rows, t.m, &t.rows[front[i] * t.m], t.reference);
  std::vector<uint32_t> chosen;
  while (chosen.size() < wanted) {
    std::size_t best = front.size();
    for (std::size_t i = 0; i < front.size(); ++i)
      if (!taken[i] && (best == front.size() || gain[i] > gain[best])) best = i;
    const double *row = &t.rows[front[best] * t.m];
    if (!fresh[best]) {
      gain[best] = hypervolume_gain(chosen_rows, t.m, row, t.reference);
      fresh[best] = 1;
      continue;
    }
    taken[best] = 1;
    chosen.push_back(front[best]);
    chosen_rows.insert(chosen_rows.end(), row, row + t.m);
    std::fill(fresh.begin(), fresh.end(), 0);
  }
  return chosen;
}

std::vector<uint32_t> by_crowding(const table &t, std::vector<uint32_t> front, std::size_t wanted) {
  const std::vector<double> distance = crowding(t.rows, t.m, front);
  std::vector<uint32_t> order(front.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return distance[a] > distance[b]; });
  std::vector<uint32_t> chosen;
  for (std::size_t i = 0; i < wanted; ++i) chosen.push_back(front[order[i]]);
  return chosen;
}

std::vector<uint32_t> best_of_several(const table &t, std::size_t wanted) {
  const std::vector<uint32_t> ranks = nondominated_ranks(t.rows, t.m);
  std::vector<uint32_t> chosen;
  for (uint32_t rank = 0; chosen.size() < wanted; ++rank) {
    std::vector<uint32_t> front;
    for (uint32_t i = 0; i < ranks.size(); ++i)
      if (ranks[i] == rank) front.push_back(i);
    const std::size_t room = wanted - chosen.size();
    if (front.size() > room)
      front = t.m <= kMostHypervolumeObjectives ? by_hypervolume(t, front, room) : by_crowding(t, front, room);
    chosen.insert(chosen.end(), front.begin(), front.end());
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

std::vector<double> contributions(const table &t, const std::vector<uint32_t> &chosen) {
  std::vector<double> weights;
  for (const uint32_t i : chosen) {
    std::vector<double> others;
    for (const uint32_t j : chosen)
      if (j != i) others.insert(others.end(), &t.rows[j * t.m], &t.rows[j * t.m] + t.m);
    weights.push_back(hypervolume_gain(others, t.m, &t.rows[i * t.m], t.reference));
  }
  const double largest = *std::max_element(weights.begin(), weights.end());
  for (double &w : weights) w = largest > 0 ? std::max(kSmallestWeight, w / largest) : 1;
  return weights;
}

}  // namespace

good_trials split(const std::vector<finished> &history, std::size_t objectives) {
  const table t = with_results(history, objectives);
  const std::size_t n = t.trials.size(), wanted = std::min<std::size_t>((n + 9) / 10, kMostGood);
  good_trials good;
  if (n == 0) return good;
  if (objectives == 1) {
    std::vector<std::size_t> order(n);
    for (std::size_t i = 0; i < n; ++i) order[i] = i;
    std::partial_sort(
        order.begin(), order.begin() + static_cast<std::ptrdiff_t>(wanted), order.end(),
        [&](std::size_t a, std::size_t b) { return t.rows[a] != t.rows[b] ? t.rows[a] < t.rows[b] : a < b; });
    order.resize(wanted);
    std::sort(order.begin(), order.end());
    for (const std::size_t i : order) good.indices.push_back(t.trials[i]);
    good.weights.assign(wanted, 1.0);
    return good;
  }
  const std::vector<uint32_t> chosen = best_of_several(t, wanted);
  for (const uint32_t i : chosen) good.indices.push_back(t.trials[i]);
  good.weights = objectives <= kMostHypervolumeObjectives ? contributions(t, chosen) : std::vector<double>(wanted, 1.0);
  return good;
}

std::vector<double> recency_weights(std::size_t n) {
  std::vector<double> weights(n, 1.0);
  if (n <= kMostGood) return weights;
  const std::size_t ramp = n - kMostGood;
  const double first = 1.0 / static_cast<double>(n);
  for (std::size_t i = 0; i < ramp; ++i)
    weights[i] = ramp == 1 ? first : first + (1 - first) * static_cast<double>(i) / static_cast<double>(ramp - 1);
  return weights;
}

}  // namespace nac::searching
