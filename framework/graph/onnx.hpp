// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "graph/graph.hpp"

namespace nac::fw {

/// Serialized ONNX ModelProto (IR 8, opset NAC_OPSET, plus the domains of QONNX and org.nac when used), with shapes in
/// value_info for every value. Parameters need data. `description` goes into doc_string; `metadata` pairs into
/// metadata_props.
std::string to_onnx(const Graph &graph, const std::string &description = {},
                    const std::map<std::string, std::string> &metadata = {});

struct QonnxOptions {
  bool channels_last = false;  ///< images as [N, H, W, C], in nodes of domain qonnx.custom_op.channels_last
};
/// The same for other tools: QONNX's vocabulary alone, a batch of 1, shapes in value_info also for initializers, and
/// for every Quant its own scale, zero point and bit width. `deployed` is a deployed form (docs/quantized-graphs.md).
/// AP_RND becomes an Add of half a step and FLOOR. Throws Error naming the node for what QONNX cannot say: WRAP,
/// learned scales.
std::string to_qonnx(const Graph &deployed, const QonnxOptions &options = {}, const std::string &description = {},
                     const std::map<std::string, std::string> &metadata = {});

struct OnnxModel {
  Graph graph;
  std::map<std::string, std::string> metadata;
};
/// Reads what to_onnx and to_qonnx wrote, and other models that use only the operators of nac/graph.h, or those of
/// QONNX's channels-last domain. `source` names the file in errors. float initializers become parameters, except
/// BatchNormalization statistics and the scales, zero points and bit widths of Quant.
OnnxModel from_onnx(const std::string &bytes, const std::string &source);

}  // namespace nac::fw
