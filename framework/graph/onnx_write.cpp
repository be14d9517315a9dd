// SPDX-License-Identifier: Apache-2.0
#include "graph/onnx_write.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/error.hpp"

namespace nac::fw {

std::string serialized(const onnx::ModelProto &model) {
  const std::size_t size = model.ByteSizeLong();
  if (size > static_cast<std::size_t>(std::numeric_limits<int32_t>::max()))
    throw Error(fmt::format("the model has {} bytes, ONNX files end at 2 GiB", size), NAC_RESOURCE_EXHAUSTED);
  std::string bytes;
  if (!model.SerializeToString(&bytes)) throw Error("the ONNX model could not be serialized");
  return bytes;
}

void describe(const std::string &name, DType dtype, const Shape &dims, onnx::ValueInfoProto *info) {
  info->set_name(name);
  onnx::TypeProto::Tensor *type = info->mutable_type()->mutable_tensor_type();
  type->set_elem_type(proto_type(dtype));
  onnx::TensorShapeProto *shape = type->mutable_shape();  // present also for scalars
  for (const int64_t d : dims) {
    if (d == -1) {
      shape->add_dim()->set_dim_param("N");
    } else {
      shape->add_dim()->set_dim_value(d);
    }
  }
}

const onnx::AttributeProto *attribute_of(const onnx::NodeProto &node, const std::string &name) {
  for (const onnx::AttributeProto &a : node.attribute())
    if (a.name() == name) return &a;
  return nullptr;
}

void remove_attribute(onnx::NodeProto &node, const std::string &name) {
  for (int i = node.attribute_size() - 1; i >= 0; --i)
    if (node.attribute(i).name() == name) node.mutable_attribute()->DeleteSubrange(i, 1);
}

void set_attribute(onnx::NodeProto &node, const std::string &name, const Attribute &value) {
  remove_attribute(node, name);
  onnx::AttributeProto *a = node.add_attribute();
  a->set_name(name);
  if (const auto *i = std::get_if<int64_t>(&value)) {
    a->set_type(onnx::AttributeProto::INT);
    a->set_i(*i);
  } else if (const auto *f = std::get_if<float>(&value)) {
    a->set_type(onnx::AttributeProto::FLOAT);
    a->set_f(*f);
  } else if (const auto *s = std::get_if<std::string>(&value)) {
    a->set_type(onnx::AttributeProto::STRING);
    a->set_s(*s);
  } else if (const auto *ints = std::get_if<std::vector<int64_t>>(&value)) {
    a->set_type(onnx::AttributeProto::INTS);
    for (const int64_t v : *ints) a->add_ints(v);
  } else if (const auto *floats = std::get_if<std::vector<float>>(&value)) {
    a->set_type(onnx::AttributeProto::FLOATS);
    for (const float v : *floats) a->add_floats(v);
  }
}

void import_domain(onnx::ModelProto &model, const std::string &domain, int64_t version) {
  onnx::OperatorSetIdProto *opset = model.add_opset_import();
  opset->set_domain(domain);
  opset->set_version(version);
}

}  // namespace nac::fw
