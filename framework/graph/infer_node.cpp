// SPDX-License-Identifier: Apache-2.0
#include "graph/infer_node.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace nac::fw {
namespace {

const Operator &operator_of(const Node &node) {
  if (const Operator *op = find_operator(node.domain, node.op)) return *op;
  std::string known;
  for (const Operator &op : all_operators()) known += (known.empty() ? "" : " ") + std::string(op.op);
  throw Error(fmt::format("there is no operator '{}' in domain '{}'; known are {} (Quant in domain '{}', PowerOfTwo in "
                          "'{}')",
                          node.op, node.domain, known, NAC_DOMAIN_QONNX, NAC_DOMAIN_NAC),
              NAC_UNSUPPORTED);
}

}  // namespace

std::string label_of(const Graph &graph, const Node &node) {
  std::string label = node.op + "(";
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (i == 8) {
      label += fmt::format(", and {} more", node.inputs.size() - i);
      break;
    }
    if (i > 0) label += ", ";
    const ValueId id = node.inputs[i];
    if (graph.has_value(id)) {
      label += graph.value(id).name + " " + text_of(graph.value(id).shape);
    } else {
      label += id == 0 ? "none" : fmt::format("unknown value {}", id);
    }
  }
  return label + ")";
}

Typed infer_node(const Graph &graph, Node &node) {
  const Operator &op = operator_of(node);
  OperatorCall call;
  call.label = label_of(graph, node);
  call.attributes = &node.attributes;
  for (const ValueId id : node.inputs) {
    if (id == 0) {
      call.inputs.emplace_back();
      continue;
    }
    if (!graph.has_value(id)) call.fail(fmt::format("there is no value {} in the graph", id));
    const Value &v = graph.value(id);
    call.inputs.push_back(
        Operand{v.name, v.dtype, v.shape, v.kind == ValueKind::constant && v.data.has_value() ? &*v.data : nullptr});
  }
  const Typed result = infer(op, call);
  if (node.op == "ReduceSum" && node.domain.empty()) node.inputs.resize(1);  // its axes are an attribute now
  return result;
}

}  // namespace nac::fw
