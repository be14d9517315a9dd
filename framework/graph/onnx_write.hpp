// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "graph/onnx_proto.hpp"

namespace nac::fw {

/// The model that to_onnx serializes.
onnx::ModelProto to_model(const Graph &graph, const std::string &description,
                          const std::map<std::string, std::string> &metadata);
/// Throws Error beyond 2 GiB.
std::string serialized(const onnx::ModelProto &model);

/// Writes name, type and shape; -1, the batch, becomes "N".
void describe(const std::string &name, DType dtype, const Shape &dims, onnx::ValueInfoProto *info);
void set_attribute(onnx::NodeProto &node, const std::string &name, const Attribute &value);
/// nullptr: there is none of that name.
const onnx::AttributeProto *attribute_of(const onnx::NodeProto &node, const std::string &name);
void remove_attribute(onnx::NodeProto &node, const std::string &name);
void import_domain(onnx::ModelProto &model, const std::string &domain, int64_t version);

}  // namespace nac::fw
