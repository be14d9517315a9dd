// SPDX-License-Identifier: Apache-2.0
//
// axes.hpp: the coordinates in which gains are measured and objectives modelled.
#pragma once
#include <vector>

namespace nac::searching {

/// Exact objectives that span more than a decade (bit operations, parameters) lie on a logarithmic axis, so that small
/// networks count as much as large ones. Then the non-dominated points span [0, 1]; what is worse than all of them is
/// compressed, so that a few diverged trainings do not rule the model.
class axes {
 public:
  axes() = default;
  /// `rows` of m finite objectives, at least one row; `exact` says which are exact.
  axes(const std::vector<double> &rows, std::size_t m, const std::vector<char> &exact);

  double to_axis(std::size_t k, double value) const;

 private:
  struct axis {
    bool logarithmic = false, compressed = false;
    double low = 0, span = 1;
  };
  std::vector<axis> axes_;
};

}  // namespace nac::searching
