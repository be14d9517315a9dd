// SPDX-License-Identifier: Apache-2.0
//
// Weights, biases and tables as text.
#include <charconv>
#include <cmath>

#include "hls_backend/emit/common.hpp"

namespace nac::hls {
namespace {

constexpr int64_t kExact = int64_t{1} << 53;

/// An expression of type `type_name`. A double holds 53 bits; longer integers are the sum of two.
std::string value_text(int64_t n, const std::string &type_name, const fixed_type &type) {
  if (n > -kExact && n < kExact) return number_text(n, type.fraction());
  const int64_t low = n & 0xffffffff, high = n - low;
  return type_name + "(" + number_text(high >> 32, type.fraction() - 32) + ") + " + type_name + "(" +
         number_text(low, type.fraction()) + ")";
}

template <class Text>
std::string array_text(const std::string &type_name, const std::string &name, const std::vector<int64_t> &values,
                       Text text) {
  constexpr std::size_t kColumn = 110;
  std::string result = "static const " + type_name + " " + name + "[" + std::to_string(values.size()) + "] = {";
  std::string line;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string item = text(values[i]) + (i + 1 < values.size() ? "," : "};\n");
    if (i == 0 || line.size() + item.size() > kColumn) {
      result += line + "\n";
      line = "    " + item;
    } else {
      line += " " + item;
    }
  }
  return result + line;
}

std::vector<int64_t> transposed(const weight_matrix &w) {
  std::vector<int64_t> result;
  for (int64_t o = 0; o < w.outputs; ++o)
    for (int64_t i = 0; i < w.inputs; ++i) result.push_back(w.at(i, o));
  return result;
}

file listed(const std::string &name, const std::vector<int64_t> &values, int fraction) {
  std::string text;
  for (const int64_t n : values) text += (text.empty() ? "" : ", ") + number_text(n, fraction);
  return {"firmware/weights/" + name + ".txt", text + "\n"};
}

void add_matrix_files(const layer &l, std::vector<file> &files) {
  const std::string w = numbered("w", l), b = numbered("b", l);
  const std::vector<int64_t> values = l.how == strategy::resource ? transposed(l.weights) : l.weights.values;
  std::vector<int64_t> biases = l.weights.bias;
  fixed_type bias_type = l.weights.bias_type;
  if (biases.empty()) {
    biases.assign(static_cast<std::size_t>(l.weights.outputs), 0);
    bias_type = fixed_type();
  }
  if (l.how != strategy::distributed_arithmetic) {
    files.push_back(constant_header(w, constant_array(w + "_t", l.weights.type, w, values)));
    files.push_back(constant_header(b, constant_array(b + "_t", bias_type, b, biases)));
  }
  files.push_back(listed(w, values, l.weights.type.fraction()));
  files.push_back(listed(b, biases, bias_type.fraction()));
}

}  // namespace

std::string number_text(int64_t n, int fraction) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, std::ldexp(static_cast<double>(n), -fraction)).ptr;
  return std::string(text, end);
}

std::string constant_array(const std::string &type_name, const fixed_type &type, const std::string &name,
                           const std::vector<int64_t> &values) {
  return array_text(type_name, name, values, [&](int64_t n) { return value_text(n, type_name, type); });
}

std::string integer_array(const std::string &type_name, const std::string &name, const std::vector<int64_t> &values) {
  return array_text(type_name, name, values, [](int64_t n) { return std::to_string(n); });
}

file constant_header(const std::string &name, const std::string &text) {
  std::string guard;
  for (const char c : name) guard += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  guard += "_H_";
  return {"firmware/weights/" + name + ".h", "#ifndef " + guard + "\n#define " + guard + "\n\n" + text + "\n#endif\n"};
}

std::vector<file> constant_files(const layer &l) {
  std::vector<file> files;
  if (has_matrix(l)) add_matrix_files(l, files);
  const std::string table = numbered("table", l);
  if (l.kind == layer_kind::table)
    files.push_back(constant_header(table, constant_array(sum_type_name(l), sum_type(l), table, l.table)));
  if (l.kind == layer_kind::softmax)
    files.push_back(constant_header(table, integer_array("unsigned short", table, l.table)));
  return files;
}

std::string constant_includes(const layer &l) {
  const auto include = [](const std::string &name) { return "#include \"weights/" + name + ".h\"\n"; };
  if (has_matrix(l) && l.how != strategy::distributed_arithmetic)
    return include(numbered("w", l)) + include(numbered("b", l));
  if (l.kind == layer_kind::table || l.kind == layer_kind::softmax) return include(numbered("table", l));
  return "";
}

}  // namespace nac::hls
