// SPDX-License-Identifier: Apache-2.0
#include "pipeline/fidelity/pareto_order.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace nac::fw {
namespace {

/// Deb et al. 2002: the sum over objectives of the distance between both neighbours, relative to the front's extent.
std::vector<double> crowding(const std::vector<Objectives> &front) {
  std::vector<double> distance(front.size(), 0);
  std::vector<std::size_t> order(front.size());
  for (std::size_t o = 0; o < front.front().size(); ++o) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return front[a][o] < front[b][o]; });
    const double extent = front[order.back()][o] - front[order.front()][o];
    distance[order.front()] = distance[order.back()] = std::numeric_limits<double>::infinity();
    for (std::size_t i = 1; extent > 0 && i + 1 < order.size(); ++i)
      distance[order[i]] += (front[order[i + 1]][o] - front[order[i - 1]][o]) / extent;
  }
  return distance;
}

}  // namespace

std::vector<std::size_t> pareto_order(const std::vector<Objectives> &points) {
  std::vector<std::size_t> left(points.size()), sorted;
  std::iota(left.begin(), left.end(), std::size_t{0});
  while (!left.empty()) {
    std::vector<Objectives> values;
    for (const std::size_t i : left) values.push_back(points[i]);
    const std::vector<std::size_t> members = pareto_front(values);
    std::vector<Objectives> front;
    for (const std::size_t m : members) front.push_back(values[m]);
    const std::vector<double> distance = crowding(front);
    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return distance[a] > distance[b]; });
    for (const std::size_t i : order) sorted.push_back(left[members[i]]);
    std::vector<std::size_t> rest;
    for (std::size_t i = 0; i < left.size(); ++i)
      if (!std::binary_search(members.begin(), members.end(), i)) rest.push_back(left[i]);
    left = std::move(rest);
  }
  return sorted;
}

}  // namespace nac::fw
