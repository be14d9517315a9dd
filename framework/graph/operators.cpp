// SPDX-License-Identifier: Apache-2.0
#include "graph/operators.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/error.hpp"

namespace nac::fw {
namespace {

using T = AttributeType;
constexpr uint32_t kAny = std::numeric_limits<uint32_t>::max();

AttributeRule integer(const char *name, int64_t preset) { return {name, T::integer, true, preset}; }
AttributeRule number(const char *name, float preset) { return {name, T::number, true, 0, preset}; }
AttributeRule text(const char *name, const char *preset) { return {name, T::text, true, 0, 0, preset}; }
AttributeRule open(const char *name, AttributeType type) { return {name, type}; }

std::vector<AttributeRule> window(std::vector<AttributeRule> more) {
  std::vector<AttributeRule> rules{text("auto_pad", "NOTSET"), open("kernel_shape", T::integers),
                                   open("strides", T::integers), open("pads", T::integers)};
  rules.insert(rules.end(), more.begin(), more.end());
  return rules;
}

// Defaults: the ONNX operator reference at opset NAC_OPSET.
std::vector<Operator> make_table() {
  std::vector<Operator> table{
      {"", "Conv", 2, 3, window({open("dilations", T::integers), integer("group", 1)}), infer_conv},
      {"",
       "Gemm",
       2,
       3,
       {number("alpha", 1), number("beta", 1), integer("transA", 0), integer("transB", 0)},
       infer_gemm},
      {"", "MatMul", 2, 2, {}, infer_matmul},
      {"", "BatchNormalization", 5, 5, {number("epsilon", 1e-5F), number("momentum", 0.9F)}, infer_batch_norm},
      {"", "LeakyRelu", 1, 1, {number("alpha", 0.01F)}, infer_unary},
      {"", "Gelu", 1, 1, {text("approximate", "none")}, infer_gelu},
      {"", "Softmax", 1, 1, {integer("axis", -1)}, infer_softmax},
      {"", "LogSoftmax", 1, 1, {integer("axis", -1)}, infer_softmax},
      {"", "Flatten", 1, 1, {integer("axis", 1)}, infer_flatten},
      {"", "Reshape", 2, 2, {}, infer_reshape},
      {"", "Transpose", 1, 1, {open("perm", T::integers)}, infer_transpose},
      {"", "Concat", 1, kAny, {open("axis", T::integer)}, infer_concat},
      {"", "Identity", 1, 1, {}, infer_identity},
      {"", "MaxPool", 1, 1,
       window({open("dilations", T::integers), integer("ceil_mode", 0), integer("storage_order", 0)}), infer_max_pool},
      {"", "AveragePool", 1, 1, window({integer("ceil_mode", 0), integer("count_include_pad", 0)}), infer_average_pool},
      {"",
       "SoftmaxCrossEntropyLoss",
       2,
       3,
       {text("reduction", "mean"), open("ignore_index", T::integer)},
       infer_cross_entropy},
      {NAC_DOMAIN_QONNX,
       "Quant",
       4,
       4,
       {integer("signed", 1), integer("narrow", 0), text("rounding_mode", "ROUND"), text("overflow_mode", "SAT"),
        integer("fit", 0)},
       infer_quant},
      {NAC_DOMAIN_NAC, "PowerOfTwo", 1, 1, {}, infer_unary},
  };
  for (const char *op : {"Add", "Sub", "Mul", "Div"}) table.push_back({"", op, 2, 2, {}, infer_elementwise});
  for (const char *op : {"Relu", "Sigmoid", "Tanh"}) table.push_back({"", op, 1, 1, {}, infer_unary});
  for (const char *op : {"ReduceMean", "ReduceMax"})
    table.push_back({"", op, 1, 1, {open("axes", T::integers), integer("keepdims", 1)}, infer_reduce});
  // Opset 13 hands the axes of ReduceSum over as an input; inside a graph they are always the attribute.
  table.push_back({"",
                   "ReduceSum",
                   1,
                   2,
                   {open("axes", T::integers), integer("keepdims", 1), integer("noop_with_empty_axes", 0)},
                   infer_reduce});
  return table;
}

/// Checks that given attributes are known and of the right type, and adds constant defaults.
void complete_attributes(const Operator &op, OperatorCall &call) {
  for (const auto &[name, value] : *call.attributes) {
    const AttributeRule *rule = nullptr;
    std::string accepted;
    for (const AttributeRule &r : op.attributes) {
      if (name == r.name) rule = &r;
      accepted += (accepted.empty() ? "" : ", ") + std::string(r.name);
    }
    if (rule == nullptr)
      call.fail(fmt::format("there is no attribute '{}'; {}", name,
                            accepted.empty() ? "this operator has none" : "accepted are " + accepted));
    if (value.index() != static_cast<std::size_t>(rule->type))
      call.fail(fmt::format("attribute '{}' is {}, it must be {}", name,
                            name_of(static_cast<AttributeType>(value.index())), name_of(rule->type)));
  }
  for (const AttributeRule &r : op.attributes)
    if (r.has_preset && call.attributes->count(r.name) == 0) (*call.attributes)[r.name] = r.preset();
}

}  // namespace

Attribute AttributeRule::preset() const {
  if (type == T::integer) return integer;
  if (type == T::number) return number;
  return std::string(text);
}

void OperatorCall::fail(const std::string &message) const { throw Error(label + ": " + message, NAC_INVALID_ARGUMENT); }

const char *name_of(AttributeType type) {
  switch (type) {
    case T::integer: return "an integer";
    case T::number: return "a float";
    case T::text: return "a string";
    case T::integers: return "a list of integers";
    case T::numbers: return "a list of floats";
  }
  return "of unknown type";
}

const std::vector<Operator> &all_operators() {
  static const std::vector<Operator> table = make_table();
  return table;
}

const Operator *find_operator(const std::string &domain, const std::string &op) {
  for (const Operator &entry : all_operators())
    if (op == entry.op && domain == entry.domain) return &entry;
  return nullptr;
}

Typed infer(const Operator &op, OperatorCall &call) {
  complete_attributes(op, call);
  const std::size_t given = call.inputs.size();
  if (given < op.min_inputs || given > op.max_inputs)
    call.fail(fmt::format("has {} inputs, it takes {}", given,
                          op.min_inputs == op.max_inputs ? std::to_string(op.min_inputs)
                          : op.max_inputs == kAny        ? std::to_string(op.min_inputs) + " or more"
                                                         : fmt::format("{} to {}", op.min_inputs, op.max_inputs)));
  for (std::size_t i = 0; i < given; ++i)
    if (!call.has(i) && (i < op.min_inputs || op.max_inputs == kAny)) call.fail(fmt::format("input {} is missing", i));
  Typed result = op.infer(call);
  for (std::size_t i = 0; i < result.shape.size(); ++i) {
    const int64_t d = result.shape[i];
    if (d == -1 && i == 0) continue;
    if (d == -1)
      call.fail(fmt::format("the batch would become dimension {} of the result, it must stay dimension 0", i));
    if (d < 1) call.fail(fmt::format("the result would have the shape {}", text_of(result.shape)));
  }
  if (result.shape.size() > 8)
    call.fail(fmt::format("the result would have {} dimensions, at most 8", result.shape.size()));
  try {
    elements_of(result.shape);
  } catch (const Error &e) {
    call.fail(e.what());
  }
  return result;
}

}  // namespace nac::fw
