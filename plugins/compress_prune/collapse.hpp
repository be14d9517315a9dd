// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "nac/cpp/observer.hpp"

namespace nac::compressing {

/// What a model's outputs look like over validation samples.
struct output_health {
  bool constant = false;   ///< every output has a standard deviation below 1e-6, or one is not finite
  bool one_class = false;  ///< several outputs, and the same is the largest for all samples
};
output_health health_of(const observed_values &outputs);

}  // namespace nac::compressing
