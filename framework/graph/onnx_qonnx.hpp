// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "graph/onnx_proto.hpp"

namespace nac::fw {

/// Turns what QONNX's tools and to_qonnx write into what the operators of nac/graph.h are: names of domains, operators
/// and rounding modes, channels-last nodes, and AP_RND where to_qonnx replaced it. Throws Error naming the node.
void read_qonnx(onnx::ModelProto &model);

}  // namespace nac::fw
