// SPDX-License-Identifier: Apache-2.0
//
// Functions of the layers of an io_parallel design.
#include <algorithm>

#include "hls_backend/emit/common.hpp"
#include "hls_backend/emit/parallel_layer.hpp"

namespace nac::hls {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::string loop(const std::string &label, const std::string &count, const std::string &body) {
  return label + ":\n  for (unsigned i = 0; i < " + count + "; i++) {\n#pragma HLS UNROLL\n    " + body + "\n  }\n";
}

/// Names of a layer's arguments: x, or x0, x1, ... of several.
std::string argument(const layer &l, std::size_t i) { return l.inputs.size() == 1 ? "x" : "x" + std::to_string(i); }

/// Gives `sums`.
std::string operation(const model &m, const layer &l) {
  const std::string config = numbered("config", l), size = size_name(m, l.output);
  switch (l.kind) {
    case layer_kind::max_pool:
    case layer_kind::sum_pool: return "  nac::pooling<" + config + ">(x, sums);\n";
    case layer_kind::reduce_sum:
    case layer_kind::reduce_max: return "  nac::reduce<" + config + ">(x, sums);\n";
    case layer_kind::matmul: return "  nac::matmul<" + config + ">(x0, x1, sums);\n";
    case layer_kind::add:
      return std::string("  nac::") + (l.negative ? "subtract<" : "add<") + size + ">(x0, x1, sums);\n";
    case layer_kind::transpose: return "  nac::gather<" + size + ">(x, sums, " + numbered("map", l) + ");\n";
    case layer_kind::softmax: return "  nac::softmax<" + config + ">(x, sums, " + numbered("table", l) + ");\n";
    case layer_kind::concat: break;
    case layer_kind::input:
    case layer_kind::dense:
    case layer_kind::conv:
    case layer_kind::table:
    case layer_kind::pointwise: return "";
  }
  std::string text;
  int64_t total = 0, offset = 0;
  for (const int64_t block : l.blocks) total += block;
  for (std::size_t i = 0; i < l.blocks.size(); ++i) {
    text += "  nac::place<" + std::to_string(l.outer) + ", " + std::to_string(l.blocks[i]) + ", " +
            std::to_string(total) + ", " + std::to_string(offset) + ">(" + argument(l, i) + ", sums);\n";
    offset += l.blocks[i];
  }
  return text;
}

std::string body(const model &m, const layer &l) {
  const std::string config = numbered("config", l), size = size_name(m, l.output);
  if (has_matrix(l)) {
    const std::string kernel = l.kind == layer_kind::conv ? "conv" : "dense";
    return "  nac::" + kernel + (l.how == strategy::resource ? "_in_turn<" : "<") + config + ">(x, y);\n";
  }
  if (finished_type(m, l) != sum_type_name(l)) return loop("ELEMENTS", size, "y[i] = " + config + "::finish(x[i]);");
  return "  " + sum_type_name(l) + " sums[" + size + "];\n" +
         "#pragma HLS ARRAY_PARTITION variable=sums complete dim=0\n" + operation(m, l) +
         loop("FINISH", size, "y[i] = " + config + "::finish(sums[i]);");
}

}  // namespace

std::string size_name(const model &m, int tensor) {
  const auto input = std::find(m.inputs.begin(), m.inputs.end(), tensor);
  if (input != m.inputs.end()) return "N_INPUT_" + std::to_string(input - m.inputs.begin() + 1);
  return "N_LAYER_" + std::to_string(m.tensors[at(tensor)].producer);
}

std::string array_text(const model &m, int tensor, const std::string &name) {
  return element_type(m, tensor) + " " + name + "[" + size_name(m, tensor) + "]";
}

std::string parallel_function(const model &m, const layer &l) {
  std::string text =
      "// " + comment_text(l.name) + ": " + name_of(l.kind) + "\nstatic void " + numbered("layer", l) + "(";
  for (std::size_t i = 0; i < l.inputs.size(); ++i)
    text += "const " + array_text(m, l.inputs[i], argument(l, i)) + ", ";
  text += array_text(m, l.output, "y") + ") {\n";
  if (is_pipelined(l)) text += "#pragma HLS PIPELINE II=" + std::to_string(l.reuse_factor) + "\n";
  return text + body(m, l) + "}\n\n";
}

}  // namespace nac::hls
