// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "torch/lowering.hpp"

namespace nac::fw::libtorch {

/// BatchNormalization over dimension 1.
struct Normalization {
  ValueId weight, bias, mean, variance;
  double momentum, epsilon;

  at::Tensor operator()(const Frame &f, const at::Tensor &x) const;
};

/// Of a node that is lowered now. ONNX keeps `momentum` of the old statistics, PyTorch takes `momentum` of the new
/// ones. The running variance is the unbiased one, as in PyTorch.
Normalization normalization_of(Lowering &l, const Node &node);

}  // namespace nac::fw::libtorch
