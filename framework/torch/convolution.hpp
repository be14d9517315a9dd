// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "torch/lowering.hpp"
#include "torch/window.hpp"

namespace nac::fw::libtorch {

/// How a Conv node convolves.
struct Convolution {
  Window window;
  int64_t group = 1;
  bool im2col = false;  ///< LibTorch's own is the fastest

  at::Tensor operator()(at::Tensor x, const at::Tensor &kernel, const c10::optional<at::Tensor> &bias) const;
  /// Nothing but products and their sums, so that integers stay exact: on the CPU no library that may transform its
  /// operands (Winograd). One group.
  at::Tensor exact(at::Tensor x, const at::Tensor &kernel, const c10::optional<at::Tensor> &bias) const;
};
Convolution convolution_of(Lowering &l, const Node &node);

}  // namespace nac::fw::libtorch
