// SPDX-License-Identifier: Apache-2.0
#pragma once
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <onnx/onnx_pb.h>
#pragma GCC diagnostic pop

#include <string>

#include "graph/graph.hpp"

namespace nac::fw {

inline constexpr const char *kProducer = "nac";  ///< producer_name of what we write
inline constexpr const char *kConstantNote = "nac: constant";
/// Note of the half step that to_qonnx adds before a quantizer, for AP_RND.
inline constexpr const char *kHalfStepNote = "nac: half a step";
inline constexpr const char *kChannelsLast = "qonnx.custom_op.channels_last";

/// What to_onnx notes in the doc_string of an initializer, so that reading it back gives the same graph:
/// "nac: constant", or "nac: parameter, init <kind>, scale <scale>".
std::string note_of(const Value &value);
/// true: `note` was written by note_of; *parameter and *init say what it is.
bool read_note(const std::string &note, bool *parameter, Init *init);

onnx::TensorProto to_proto(const Tensor &tensor, const std::string &name);
/// Throws Error for element types that the ABI does not have, external data, and sizes that contradict the shape.
Tensor from_proto(const onnx::TensorProto &proto);
int32_t proto_type(DType dtype);
/// Throws Error for types that the ABI does not have.
DType from_proto_type(int32_t type);

}  // namespace nac::fw
