// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "torch/lowering.hpp"

namespace nac::fw::libtorch {

/// A sliding window as ONNX describes it for Conv and the pools, over 1 or 2 spatial dimensions.
struct Window {
  std::vector<int64_t> kernel, strides, dilations;
  std::vector<int64_t> padding;  ///< per spatial dimension, on both sides; used when `uneven` is empty
  std::vector<int64_t> uneven;   ///< for constant_pad_nd (last dimension first) when begin and end differ
  bool ceil_mode = false;
};
/// `kernel` is used where the node has no kernel_shape (Conv). Throws Error for more than 2 spatial dimensions.
Window window_of(const Lowering &l, const Node &node, std::vector<int64_t> kernel);

}  // namespace nac::fw::libtorch
