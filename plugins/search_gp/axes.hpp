// SPDX-License-Identifier: Apache-2.0
//
// axes.hpp: the coordinates in which gains are measured and objectives modelled.
#pragma once
#include <vector>

namespace nac::searching {

/// Exact objectives that span more than a decade (bit operations, parameters) lie on a logarithmic axis, so that small
/// networks count as much as large ones. Then the non-dominated points span [0, 1]; what is worse than all of them is
/// compressed, so that a few diverged trainings do not rule the model. What training tells may also lie on a
/// logarithmic axis of its own: log(value + offset), where an error that shrinks by factors becomes a sum.
class axes {
 public:
  axes() = default;
  /// `rows` of m finite objectives, at least one row; `exact` says which are exact.
  axes(const std::vector<double> &rows, std::size_t m, const std::vector<char> &exact);

  /// 0: no logarithm; else in units of the front's span, above its best value.
  void set_offset(std::size_t k, double offset) { axes_[k].offset = offset; }

  double to_axis(std::size_t k, double value) const;
  /// Logarithm of the slope of to_axis in units of the front's span: the axis's share in a density of values.
  double log_slope(std::size_t k, double value) const;

 private:
  struct axis {
    bool logarithmic = false, compressed = false;
    double low = 0, span = 1, offset = 0;
  };
  std::vector<axis> axes_;
};

}  // namespace nac::searching
