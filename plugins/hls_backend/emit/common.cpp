// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/common.hpp"

#include <algorithm>

namespace nac::hls {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::string count_from_two(std::size_t i) { return i == 0 ? "" : std::to_string(i + 1); }

std::string define(const std::string &name, int64_t value) {
  return "#define " + name + " " + std::to_string(value) + "\n";
}

std::string type_line(const fixed_type &type, const std::string &name) {
  return "typedef " + type.text() + " " + name + ";\n";
}

/// Constants are on their grid: no mode of their type is ever needed.
fixed_type stored(fixed_type type) {
  type.q = rounding::trn;
  type.o = overflow::wrap;
  return type;
}

std::string shape_text(const tensor &t) {
  std::string text;
  for (const int64_t n : t.shape) text += (text.empty() ? "" : " x ") + std::to_string(n);
  return text.empty() ? "1" : text;
}

std::string layer_types(const model &m, const layer &l) {
  const std::string number = std::to_string(l.index);
  const tensor &result = m.tensors[at(l.output)];
  std::string text = "\n// " + comment_text(l.name) + ": " + name_of(l.kind) + ", " + shape_text(result) + "\n";
  if (l.kind != layer_kind::input) text += define("N_LAYER_" + number, result.size);
  if (has_matrix(l)) {
    text += type_line(stored(l.weights.type), "w" + number + "_t");
    text += type_line(l.weights.bias.empty() ? fixed_type() : stored(l.weights.bias_type), "b" + number + "_t");
  }
  if (l.kind != layer_kind::input) text += type_line(sum_type(l), sum_type_name(l));
  return text + type_line(result.type, element_type(m, l.output));
}

}  // namespace

std::string comment_text(const std::string &text) {
  std::string result;
  for (const char c : text) {
    const bool plain = c >= ' ' && c <= '~' && c != '\\';
    // "*/" would end a comment, "?" "?/" is a backslash to old compilers.
    const bool ends = c == '/' && !result.empty() && (result.back() == '*' || result.back() == '?');
    result += plain && !ends ? c : '_';
  }
  return result;
}

std::string numbered(const char *what, const layer &l) { return what + std::to_string(l.index); }

std::string element_type(const model &m, int tensor) {
  const layer &from = m.layers[at(m.tensors[at(tensor)].producer)];
  if (from.kind != layer_kind::input) return numbered("layer", from) + "_t";
  const auto position = std::find(m.inputs.begin(), m.inputs.end(), tensor) - m.inputs.begin();
  return "input" + count_from_two(static_cast<std::size_t>(position)) + "_t";
}

std::string result_type(std::size_t output) { return "result" + count_from_two(output) + "_t"; }
std::string input_name(std::size_t input) { return "x" + count_from_two(input); }
std::string output_name(std::size_t output) { return "y" + count_from_two(output); }
std::string sum_type_name(const layer &l) { return numbered("layer", l) + "_accum_t"; }

fixed_type sum_type(const layer &l) {
  fixed_type type = l.accumulator;
  type.integer += l.point_shift;
  return type;
}

bool has_matrix(const layer &l) { return l.kind == layer_kind::dense || l.kind == layer_kind::conv; }

std::string type_definitions(const model &m) {
  std::string text;
  for (std::size_t i = 0; i < m.inputs.size(); ++i)
    text += define("N_INPUT_" + std::to_string(i + 1), m.tensors[at(m.inputs[i])].size);
  for (std::size_t i = 0; i < m.outputs.size(); ++i)
    text += define("N_OUTPUT_" + std::to_string(i + 1), m.tensors[at(m.outputs[i])].size);
  for (const layer &l : m.layers) text += layer_types(m, l);
  text += "\n";
  for (std::size_t i = 0; i < m.outputs.size(); ++i)
    text += "typedef " + element_type(m, m.outputs[i]) + " " + result_type(i) + ";\n";
  return text;
}

std::string member(const std::string &name, int64_t value) {
  return "  static const unsigned " + name + " = " + std::to_string(value) + ";\n";
}

}  // namespace nac::hls
