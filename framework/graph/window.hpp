// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "graph/operators.hpp"

namespace nac::fw {

/// Output extents of a convolution or pooling window over `extents`. Reads kernel_shape, completes strides, pads and
/// dilations (when the operator has them), replaces auto_pad by explicit pads, honours ceil_mode. Throws for windows
/// that do not fit.
Shape slide_window(OperatorCall &call, const Shape &extents);

}  // namespace nac::fw
