// SPDX-License-Identifier: Apache-2.0
//
// front.hpp: what a candidate is expected to add to the hypervolume of the results so far.
#pragma once
#include <vector>

namespace nac::searching {

/// A normal belief about one objective; sd 0 for what is exact.
struct belief {
  double mean = 0, sd = 0;
};

/// Everything is minimized, in coordinates in which the front spans about 1 in each objective.
class front {
 public:
  front() = default;
  /// Rows of m finite objectives.
  front(const std::vector<double> &rows, std::size_t m, std::vector<double> reference);

  std::size_t size() const { return rows_.size() / m_; }
  const std::vector<double> &rows() const { return rows_; }
  /// Growth of the hypervolume by a point at mean - weight * sd. Where there is none: minus how far the point is from
  /// adding something, so that the values still say which of two is closer.
  double optimistic_gain(const std::vector<belief> &point, double weight) const;
  /// Expected growth when at most one objective is uncertain, in closed form (m = 1 or 2).
  double expected_gain(const std::vector<belief> &point) const;

 private:
  double distance_to_gain(const std::vector<double> &point) const;
  std::size_t m_ = 1;
  std::vector<double> rows_;  ///< non-dominated, inside the reference, by the first objective
  std::vector<double> reference_;
};

}  // namespace nac::searching
