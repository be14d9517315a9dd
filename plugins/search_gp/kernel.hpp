// SPDX-License-Identifier: Apache-2.0
//
// kernel.hpp: how alike two candidates are. k(a, b) = exp(-sum over dimensions of weight * distance), where the
// distance of a dimension is 0 when both are inactive in it or have the same value, 1/2 when it is active in one only,
// and otherwise 1 for unordered values, the difference over the range for ordered ones and numbers. Each distance
// embeds in L1, so k is positive definite for all weights >= 0.
#pragma once
#include <vector>

#include "search_common/space_model.hpp"

namespace nac::searching {

/// Candidates as the kernel sees them: one column per dimension that can vary, with -1 where it is inactive.
class coded_points {
 public:
  explicit coded_points(std::size_t dimensions = 0) : columns_(dimensions) {}
  std::size_t size() const { return size_; }
  std::size_t dimensions() const { return columns_.size(); }
  const std::vector<double> &column(std::size_t d) const { return columns_[d]; }
  void append(const std::vector<double> &code);
  std::vector<double> row(std::size_t i) const;

 private:
  std::vector<std::vector<double>> columns_;
  std::size_t size_ = 0;
};

class kernel {
 public:
  kernel() = default;
  explicit kernel(const space_model &space);

  std::size_t dimensions() const { return sources_.size(); }
  /// One number per dimension of the kernel.
  std::vector<double> encode(const space_model &space, const genome &g) const;
  /// Unweighted distances in dimension d of `code` to the first `count` points.
  void distances(const coded_points &points, std::size_t count, std::size_t d, double code, double *out) const;
  /// k of `code` with each of the points.
  void row(const coded_points &points, const std::vector<double> &weights, const std::vector<double> &code,
           double *out) const;

 private:
  std::vector<std::size_t> sources_;  ///< dimension of the space
  std::vector<char> nominal_;
};

}  // namespace nac::searching
