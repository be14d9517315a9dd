// SPDX-License-Identifier: Apache-2.0
#include "front.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "portable_math.hpp"
#include "search_common/hypervolume.hpp"
#include "search_common/pareto.hpp"

namespace nac::searching {

front::front(const std::vector<double> &rows, std::size_t m, std::vector<double> reference)
    : m_(m), reference_(std::move(reference)) {
  const std::vector<uint32_t> ranks = nondominated_ranks(rows, m);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    bool inside = ranks[i] == 0;
    for (std::size_t k = 0; k < m; ++k) inside = inside && rows[i * m + k] < reference_[k];
    if (inside) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rows[a * m] < rows[b * m]; });
  for (std::size_t i : order)
    rows_.insert(rows_.end(), rows.begin() + static_cast<std::ptrdiff_t>(i * m),
                 rows.begin() + static_cast<std::ptrdiff_t>((i + 1) * m));
}

double front::distance_to_gain(const std::vector<double> &point) const {
  double outside = 0;
  for (std::size_t k = 0; k < m_; ++k) outside = std::max(outside, point[k] - reference_[k]);
  double farthest = outside;
  for (std::size_t i = 0; i < rows_.size(); i += m_) {
    // To escape domination by this row the point has to improve by this much in one objective.
    double needed = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < m_; ++k) needed = std::min(needed, point[k] - rows_[i + k]);
    farthest = std::max(farthest, needed);
  }
  return farthest;
}

double front::optimistic_gain(const std::vector<belief> &point, double weight) const {
  std::vector<double> at(m_);
  for (std::size_t k = 0; k < m_; ++k) at[k] = point[k].mean - weight * point[k].sd;
  double gain = 0;
  if (m_ == 2) {  // the general way allocates and sorts
    double volume = 0, height = reference_[1];
    double left = at[0];
    for (std::size_t i = 0; i < rows_.size() && left < reference_[0]; i += 2) {
      if (rows_[i] > left) {
        volume += (rows_[i] - left) * std::max(0.0, height - at[1]);
        left = rows_[i];
      }
      height = std::min(height, rows_[i + 1]);
    }
    if (left < reference_[0]) volume += (reference_[0] - left) * std::max(0.0, height - at[1]);
    gain = volume;
  } else {
    gain = hypervolume_gain(rows_, m_, at.data(), reference_);
  }
  return gain > 0 ? gain : -distance_to_gain(at);
}

double front::expected_gain(const std::vector<belief> &point) const {
  if (m_ == 1) {
    const double best = rows_.empty() ? reference_[0] : rows_[0];
    return expected_improvement(point[0].mean, point[0].sd, best);
  }
  // Axis x is the certain one; the front is walked by rising x.
  const std::size_t x = point[0].sd > 0 ? 1 : 0, y = 1 - x;
  const std::size_t n = size();
  double volume = 0, height = reference_[y], left = point[x].mean;
  for (std::size_t step = 0; step < n && left < reference_[x]; ++step) {
    const double *row = &rows_[2 * (x == 0 ? step : n - 1 - step)];
    if (row[x] > left) {
      volume += (row[x] - left) * expected_improvement(point[y].mean, point[y].sd, height);
      left = row[x];
    }
    height = std::min(height, row[y]);
  }
  if (left < reference_[x]) volume += (reference_[x] - left) * expected_improvement(point[y].mean, point[y].sd, height);
  return volume;
}

}  // namespace nac::searching
