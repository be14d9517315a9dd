// SPDX-License-Identifier: Apache-2.0
//
// Weights, biases and tables, in the order in which the kernels read them.
#include <charconv>
#include <cmath>

#include "hls_backend/emit/stream_text.hpp"

namespace nac::hls {
namespace {

std::size_t at(int64_t i) { return static_cast<std::size_t>(i); }

/// The shortest decimal number that reads back the same double; exact up to 53 bits.
std::string decimal(int64_t n, int fraction) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, std::ldexp(static_cast<double>(n), -fraction)).ptr;
  return std::string(text, end);
}

/// Slice after slice, see nac_product_stream.h. Rows of a word in the order in which its elements arrive.
std::vector<int64_t> sliced(const weight_matrix &w, const schedule &how, const view &read, bool permuted) {
  std::vector<int64_t> result;
  result.reserve(w.values.size());
  const int64_t inputs = how.inputs / how.in_steps, outputs = w.outputs / how.groups;
  for (int64_t part = 0; part < how.parts; ++part)
    for (int64_t group = 0; group < how.groups; ++group)
      for (int64_t step = 0; step < how.in_steps; ++step)
        for (int64_t i = 0; i < inputs; ++i) {
          const int64_t arrives = part * how.inputs + step * inputs + i;
          const int64_t row = permuted ? read.order[at(arrives)] % w.inputs : arrives;
          for (int64_t o = 0; o < outputs; ++o) result.push_back(w.at(row, group * outputs + o));
        }
  return result;
}

}  // namespace

std::vector<constant_array> arrays_of(const stream_parts &parts, const process &p) {
  if (p.kind != process_kind::layer) return {};
  const layer &l = parts.m.layers[at(p.layer)];
  const std::string n = std::to_string(l.index);
  switch (l.kind) {
    case layer_kind::dense:
    case layer_kind::conv: {
      if (l.how == strategy::distributed_arithmetic) return {};
      const view &read = parts.plan.channels[at(p.reads[0])].how;
      std::vector<int64_t> bias = l.weights.bias;
      bias.resize(at(l.weights.outputs), 0);
      return {{"w" + n, "w" + n + "_t", sliced(l.weights, p.how, read, l.kind == layer_kind::dense),
               l.weights.type.fraction()},
              {"b" + n, "b" + n + "_t", std::move(bias), l.weights.bias.empty() ? 0 : l.weights.bias_type.fraction()}};
    }
    case layer_kind::table:
      return {{"table" + n, parts.plan.channels[at(p.writes[0])].type + "::value_type", l.table,
               parts.m.tensors[at(l.output)].type.fraction()}};
    case layer_kind::softmax: return {{"table" + n, "unsigned short", l.table, 0}};
    default: return {};
  }
}

std::vector<file> array_files(const constant_array &a) {
  constexpr std::size_t kLine = 110;
  std::string guard = "NAC_WEIGHTS_" + a.name + "_H_", rows, plain;
  std::size_t start = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    const std::string n = decimal(a.values[i], a.fraction);
    plain += n + (i + 1 < a.values.size() ? ", " : "\n");
    if (rows.size() - start > kLine) {
      rows += '\n';
      start = rows.size();
    }
    rows += n + (i + 1 < a.values.size() ? ", " : "");
  }
  const std::string count = std::to_string(a.values.size());
  return {
      {"firmware/weights/" + a.name + ".h", "#ifndef " + guard + "\n#define " + guard + "\n\nstatic const " + a.type +
                                                " " + a.name + "[" + count + "] = {\n" + rows + "};\n\n#endif\n"},
      {"firmware/weights/" + a.name + ".txt", plain}};
}

}  // namespace nac::hls
