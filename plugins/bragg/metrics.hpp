// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "nac/cpp/task.hpp"

namespace nac::bragg {

/// Euclidean distance between predicted and labelled position in pixels of the 11 x 11 crop: mean (the NAC paper's
/// Table 1), median, 95th percentile (linear between neighbours, as numpy). NaN in any prediction makes all three NaN.
class distance_metrics : public metrics_run {
 public:
  void update(const nac_view *const *predictions, const nac_view *const *targets) override;
  std::vector<double> end() override;

 private:
  std::vector<float> distances_;
};

}  // namespace nac::bragg
