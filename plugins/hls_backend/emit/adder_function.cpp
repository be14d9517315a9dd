// SPDX-License-Identifier: Apache-2.0
//
// All on integers: the raw bits of each input, then one statement per addition in a type just wide enough for its
// result, then the raw bits of each accumulator. Operands are brought to the type of the result first, which is exact
// modulo its size; constant shifts are wires.
//
// Synthesis gets these widths as ap_int. Thousands of such operators take C++ compilers minutes: NAC_ADDER_WIDTHS,
// which the project defines, says whether C-simulation has them too (1) or long long for all of them (0).
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "hls_backend/emit/adder_problem.hpp"
#include "hls_backend/emit/design.hpp"

namespace nac::hls {
namespace {

fixed_type type_of(cmvm::bounds range) { return exact_type({range.low, range.high}, 0); }

std::string ap_type(const fixed_type &type) {
  return (type.is_signed ? "ap_int<" : "ap_uint<") + std::to_string(type.width) + ">";
}

/// The function's own name of it.
std::string short_type(const fixed_type &type) { return (type.is_signed ? "s" : "u") + std::to_string(type.width); }

std::string node_name(int index) { return "v" + std::to_string(index); }

/// Node as the operand of an expression of `type`, shifted.
std::string operand(int node, int shift, const std::string &type) {
  const std::string value = type + "(" + node_name(node) + ")";
  return shift == 0 ? value : "(" + value + " << " + std::to_string(shift) + ")";
}

std::string bits_of(int width) { return ".range(" + std::to_string(width - 1) + ", 0)"; }

std::string declaration(int index, const cmvm::node &n) {
  const fixed_type exact = type_of(n.range);
  const std::string type = short_type(exact), left = "  const " + type + " " + node_name(index);
  switch (n.kind) {
    case cmvm::node_kind::input:
      return left + " = " + ap_type(exact) + "(x[" + std::to_string(n.index) + "]" + bits_of(exact.width) + ");\n";
    case cmvm::node_kind::constant: return left + " = " + std::to_string(n.value) + "LL;\n";
    case cmvm::node_kind::sum: break;
  }
  const std::string a = operand(n.a, 0, type), b = operand(n.b, n.shift, type);
  if (n.negate_a) return left + " = " + b + " - " + a + ";\n";
  return left + " = " + a + (n.negate_b ? " - " : " + ") + b + ";\n";
}

std::string assignment(std::size_t index, const cmvm::output &o, const fixed_type &accumulator) {
  const std::string type = ap_type(accumulator);
  std::string value = o.node < 0 ? type + "(" + std::to_string(o.value) + "LL)" : operand(o.node, o.shift, type);
  if (o.node >= 0 && o.negate) value = type + "(-" + value + ")";
  return "  y[" + std::to_string(index) + "]" + bits_of(accumulator.width) + " = " + value + ";\n";
}

std::string types(const cmvm::adder_graph &graph) {
  std::set<std::pair<int, bool>> widths;
  for (const auto &n : graph.nodes) widths.emplace(type_of(n.range).width, n.range.low < 0);
  if (widths.empty()) return "  (void)x;\n";
  std::string exact, wide;
  for (const auto &[width, is_signed] : widths) {
    fixed_type type;
    type.width = width;
    type.is_signed = is_signed;
    exact += "  typedef " + ap_type(type) + " " + short_type(type) + ";\n";
    wide += (wide.empty() ? "  typedef long long " : ", ") + short_type(type);
  }
  return "#if defined(__SYNTHESIS__) || NAC_ADDER_WIDTHS\n" + exact + "#else\n" + wide + ";\n#endif\n";
}

}  // namespace

std::string adder_function(const model &m, const layer &l, const std::string &name, const std::string &attributes) {
  const tensor &in = m.tensors[static_cast<std::size_t>(l.inputs.front())];
  const cmvm::adder_graph graph = layer_adders(m, l);
  std::string text = "static void " + name + "(const " + in.type.text() + " x[" + std::to_string(l.weights.inputs) +
                     "], " + l.accumulator.text() + " y[" + std::to_string(l.weights.outputs) + "]) {\n";
  text += attributes;
  if (!attributes.empty() && attributes.back() != '\n') text += '\n';
  text += "  // " + std::to_string(graph.adders()) + " adders of " + std::to_string(graph.adder_bits()) +
          " bits together, at most " + std::to_string(graph.depth()) + " one after the other\n";
  text += types(graph);
  const auto reads = [](const cmvm::node &n) { return n.kind == cmvm::node_kind::input; };
  if (std::none_of(graph.nodes.begin(), graph.nodes.end(), reads)) text += "  (void)x;\n";
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) text += declaration(static_cast<int>(i), graph.nodes[i]);
  for (std::size_t o = 0; o < graph.outputs.size(); ++o) text += assignment(o, graph.outputs[o], l.accumulator);
  return text + "}\n";
}

}  // namespace nac::hls
