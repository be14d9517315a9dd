// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "torch/aten.hpp"

namespace nac::fw::libtorch {

/// x w + b in float64 of float32 x [rows, in], w [in, out] of either type and b [out], which may be undefined. Only the
/// result must be exact: the gradients are computed in float32.
at::Tensor wide_product(const at::Tensor &x, const at::Tensor &w, const at::Tensor &b);

}  // namespace nac::fw::libtorch
