// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "base/error.hpp"
#include "graph/onnx_proto.hpp"

namespace nac::fw {
namespace {

static_assert(std::endian::native == std::endian::little, "raw_data of ONNX is little-endian");

[[noreturn]] void bad(const std::string &message) { throw Error(message, NAC_DATA_LOSS); }

struct TypePair {
  DType dtype;
  int32_t type;
};
constexpr TypePair kTypes[] = {{DType::f32, onnx::TensorProto::FLOAT}, {DType::f64, onnx::TensorProto::DOUBLE},
                               {DType::i8, onnx::TensorProto::INT8},   {DType::u8, onnx::TensorProto::UINT8},
                               {DType::i16, onnx::TensorProto::INT16}, {DType::i32, onnx::TensorProto::INT32},
                               {DType::i64, onnx::TensorProto::INT64}, {DType::boolean, onnx::TensorProto::BOOL}};

template <class T, class Field>
void copy_field(const Field &field, const std::string &name, Tensor &to) {
  if (field.size() != to.elements())
    bad(fmt::format("initializer '{}' of shape {} has {} values", name, text_of(to.shape()), field.size()));
  T *out = to.mutable_data<T>();
  for (const auto v : field) *out++ = static_cast<T>(v);
}

}  // namespace

int32_t proto_type(DType dtype) {
  for (const TypePair &p : kTypes)
    if (p.dtype == dtype) return p.type;
  return onnx::TensorProto::UNDEFINED;
}

DType from_proto_type(int32_t type) {
  for (const TypePair &p : kTypes)
    if (p.type == type) return p.dtype;
  bad(fmt::format("element type {} is not supported: float32, float64, int8 to int64, uint8 and bool are", type));
}

onnx::TensorProto to_proto(const Tensor &tensor, const std::string &name) {
  onnx::TensorProto proto;
  proto.set_name(name);
  proto.set_data_type(proto_type(tensor.dtype()));
  for (const int64_t d : tensor.shape()) proto.add_dims(d);
  proto.set_raw_data(tensor.raw(), tensor.bytes());
  return proto;
}

Tensor from_proto(const onnx::TensorProto &proto) {
  const std::string &name = proto.name();
  if (proto.data_location() == onnx::TensorProto::EXTERNAL || proto.external_data_size() > 0)
    bad(fmt::format("initializer '{}' keeps its data in another file, which is not supported", name));
  if (proto.has_segment()) bad(fmt::format("initializer '{}' comes in segments, which is not supported", name));
  if (proto.dims_size() > 8) bad(fmt::format("initializer '{}' has {} dimensions, at most 8", name, proto.dims_size()));
  const DType dtype = from_proto_type(proto.data_type());
  const Shape shape(proto.dims().begin(), proto.dims().end());
  for (const int64_t d : shape)
    if (d < 0) bad(fmt::format("initializer '{}' has the negative dimension {}", name, d));
  // Compared before allocating, so that a small file cannot ask for much memory.
  const auto count = static_cast<std::size_t>(elements_of(shape));
  if (proto.has_raw_data()) {
    if (proto.raw_data().size() != count * size_of(dtype))
      bad(fmt::format("initializer '{}' of shape {} has {} bytes, {} are needed", name, text_of(shape),
                      proto.raw_data().size(), count * size_of(dtype)));
    Tensor t(dtype, shape);
    if (count > 0) std::memcpy(t.mutable_raw(), proto.raw_data().data(), t.bytes());
    return t;
  }
  const auto values =
      static_cast<std::size_t>(proto.float_data_size()) + static_cast<std::size_t>(proto.double_data_size()) +
      static_cast<std::size_t>(proto.int32_data_size()) + static_cast<std::size_t>(proto.int64_data_size());
  if (values != count)
    bad(fmt::format("initializer '{}' of shape {} has {} values, {} are needed", name, text_of(shape), values, count));
  Tensor t(dtype, shape);
  switch (dtype) {
    case DType::f32: copy_field<float>(proto.float_data(), name, t); break;
    case DType::f64: copy_field<double>(proto.double_data(), name, t); break;
    case DType::i64: copy_field<int64_t>(proto.int64_data(), name, t); break;
    case DType::i32: copy_field<int32_t>(proto.int32_data(), name, t); break;
    case DType::i16: copy_field<int16_t>(proto.int32_data(), name, t); break;
    case DType::i8: copy_field<int8_t>(proto.int32_data(), name, t); break;
    case DType::u8:
    case DType::boolean: copy_field<uint8_t>(proto.int32_data(), name, t); break;
  }
  return t;
}

std::string note_of(const Value &value) {
  if (value.kind != ValueKind::parameter) return kConstantNote;
  return fmt::format("nac: parameter, init {}, scale {}", value.init.kind, value.init.scale);
}

bool read_note(const std::string &note, bool *parameter, Init *init) {
  if (note == kConstantNote || note == kHalfStepNote) {
    *parameter = false;
    return true;
  }
  Init read;
  int used = 0;
  if (std::sscanf(note.c_str(), "nac: parameter, init %d, scale %lf%n", &read.kind, &read.scale, &used) != 2 ||
      static_cast<std::size_t>(used) != note.size())
    return false;
  *parameter = true;
  *init = read;
  return true;
}

}  // namespace nac::fw
