// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "graph/onnx_proto.hpp"

namespace nac::fw {

enum class Layout { channels_first, channels_last };

/// Rewrites Conv, MaxPool, AveragePool and BatchNormalization over 3 or 4 dimensions: to channels_last as nodes of
/// domain qonnx.custom_op.channels_last, or those back to the default domain. Inputs and outputs of the graph keep
/// their shapes; Transposes stand only where the layout has to change. Needs shapes in value_info. Throws Error naming
/// the value that has none, or the node that has no such form.
///
/// QONNX wraps the operator of ONNX between Transposes of its activations and, for Conv, of its weight: a weight is
/// [M, C, kH, kW] here and [M, kH, kW, C] there. Biases and statistics are per channel in both.
void change_layout(onnx::GraphProto &graph, Layout to);

}  // namespace nac::fw
