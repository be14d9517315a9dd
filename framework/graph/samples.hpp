// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "graph/tensor.hpp"

namespace nac::fw {

/// Samples of a split, batch first.
struct Samples {
  std::vector<Tensor> inputs, targets;
  int64_t count() const { return inputs.empty() ? 0 : inputs[0].shape()[0]; }
};

}  // namespace nac::fw
