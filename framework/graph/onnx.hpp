// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "graph/graph.hpp"

namespace nac::fw {

/// Serialized ONNX ModelProto (IR 8, opset NAC_OPSET, plus the QONNX domain when used), with shapes in value_info for
/// every value. Parameters need data. `description` goes into doc_string; `metadata` pairs into metadata_props.
std::string to_onnx(const Graph &graph, const std::string &description = {},
                    const std::map<std::string, std::string> &metadata = {});

struct OnnxModel {
  Graph graph;
  std::map<std::string, std::string> metadata;
};
/// Reads what to_onnx wrote, and other models that use only the operators of nac/graph.h. `source` names the file in
/// errors. float initializers become parameters, except BatchNormalization statistics.
OnnxModel from_onnx(const std::string &bytes, const std::string &source);

}  // namespace nac::fw
