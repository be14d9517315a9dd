// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace nac::fw {

/// Type and shape of a value.
struct Typed {
  DType dtype = DType::f32;
  Shape shape;
};

/// An input of a node as shape inference sees it; `data` for constants only.
struct Operand {
  std::string name;
  DType dtype = DType::f32;
  Shape shape;
  const Tensor *data = nullptr;
};

/// What shape inference works on. Inference may normalize attributes (explicit defaults, non-negative axes, resolved
/// padding).
struct OperatorCall {
  std::string label;  ///< "Conv(x [N, 1, 11, 11], w [8, 1, 3, 3])", for messages
  std::vector<std::optional<Operand>> inputs;
  std::map<std::string, Attribute> *attributes = nullptr;

  const Operand &input(std::size_t i) const { return *inputs[i]; }
  bool has(std::size_t i) const { return i < inputs.size() && inputs[i].has_value(); }
  bool has_attribute(const std::string &name) const { return attributes->count(name) != 0; }
  int64_t integer(const std::string &name) const { return std::get<int64_t>(attributes->at(name)); }
  const std::string &text(const std::string &name) const { return std::get<std::string>(attributes->at(name)); }
  const std::vector<int64_t> &integers(const std::string &name) const {
    return std::get<std::vector<int64_t>>(attributes->at(name));
  }
  /// Throws Error "<label>: <message>".
  [[noreturn]] void fail(const std::string &message) const;
};

enum class AttributeType { integer, number, text, integers, numbers };  // the order of Attribute's alternatives
const char *name_of(AttributeType type);

struct AttributeRule {
  const char *name;
  AttributeType type;
  bool has_preset = false;  ///< false: set by inference, or required
  int64_t integer = 0;      ///< the constant default, in the member of its type
  float number = 0;
  const char *text = "";

  Attribute preset() const;
};

struct Operator {
  const char *domain;
  const char *op;
  uint32_t min_inputs, max_inputs;  ///< max_inputs UINT32_MAX: any number
  std::vector<AttributeRule> attributes;
  Typed (*infer)(OperatorCall &call);  ///< every operator here has one result
};

/// nullptr: not an operator of nac/graph.h.
const Operator *find_operator(const std::string &domain, const std::string &op);
/// All operators, by name.
const std::vector<Operator> &all_operators();
/// Completes the attributes and checks attributes, number of inputs, element types and shapes. Returns the result.
/// Rules on top of ONNX's: the batch (-1) stays dimension 0 of everything that depends on it, and all other dimensions
/// are known and positive.
Typed infer(const Operator &op, OperatorCall &call);

// Per family, in infer_*.cpp.
Typed infer_conv(OperatorCall &call);
Typed infer_gemm(OperatorCall &call);
Typed infer_matmul(OperatorCall &call);
Typed infer_elementwise(OperatorCall &call);
Typed infer_unary(OperatorCall &call);
Typed infer_gelu(OperatorCall &call);
Typed infer_softmax(OperatorCall &call);
Typed infer_batch_norm(OperatorCall &call);
Typed infer_flatten(OperatorCall &call);
Typed infer_reshape(OperatorCall &call);
Typed infer_transpose(OperatorCall &call);
Typed infer_concat(OperatorCall &call);
Typed infer_identity(OperatorCall &call);
Typed infer_reduce(OperatorCall &call);
Typed infer_max_pool(OperatorCall &call);
Typed infer_average_pool(OperatorCall &call);
Typed infer_cross_entropy(OperatorCall &call);
Typed infer_quant(OperatorCall &call);

// Shared by them.
void require_float(const OperatorCall &call, std::size_t input);
void require_same_dtype(const OperatorCall &call);
/// Multidirectional broadcasting of ONNX; -1 (the batch) goes with -1 and with 1.
Shape broadcast(const OperatorCall &call, const Shape &a, const Shape &b);
/// Whether `from` broadcasts to `to` without changing `to`.
bool broadcasts_to(const Shape &from, const Shape &to);
/// The axis in [0, rank), from attribute `name` in [-rank, rank), which is normalized in place.
int64_t normalized_axis(OperatorCall &call, const std::string &name, std::size_t rank);
bool has_batch(const Shape &shape);

}  // namespace nac::fw
