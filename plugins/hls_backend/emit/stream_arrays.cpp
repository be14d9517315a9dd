// SPDX-License-Identifier: Apache-2.0
//
// Weights, biases and tables, in the order in which the kernels read them.
#include "hls_backend/emit/common.hpp"
#include "hls_backend/emit/stream_text.hpp"

namespace nac::hls {
namespace {

std::size_t at(int64_t i) { return static_cast<std::size_t>(i); }

/// Slice after slice, see nac_product_stream.h. Rows of a word in the order in which its elements arrive.
std::vector<int64_t> sliced(const layer &l, const schedule &how, const view &read) {
  const weight_matrix &w = l.weights;
  std::vector<int64_t> result;
  result.reserve(w.values.size());
  const int64_t inputs = how.inputs / how.in_steps, outputs = w.outputs / how.groups;
  for (int64_t part = 0; part < how.parts; ++part)
    for (int64_t group = 0; group < how.groups; ++group)
      for (int64_t step = 0; step < how.in_steps; ++step)
        for (int64_t i = 0; i < inputs; ++i) {
          const int64_t arrives = part * how.inputs + step * inputs + i;
          const int64_t row = l.kind == layer_kind::dense ? read.order[at(arrives)] % w.inputs : arrives;
          for (int64_t o = 0; o < outputs; ++o) result.push_back(w.at(row, group * outputs + o));
        }
  return result;
}

void add_array(std::vector<file> &files, const std::string &name, const std::vector<int64_t> &values,
               const fixed_type &type) {
  files.push_back(constant_header(name, constant_array(name + "_t", type, name, values)));
  std::string plain;
  for (const int64_t n : values) plain += (plain.empty() ? "" : ", ") + number_text(n, type.fraction());
  files.push_back({"firmware/weights/" + name + ".txt", plain + "\n"});
}

}  // namespace

std::vector<file> arrays_of(const stream_parts &parts, const process &p) {
  if (p.kind != process_kind::layer) return {};
  const layer &l = parts.m.layers[at(p.layer)];
  if (!has_matrix(l) || l.how == strategy::distributed_arithmetic) return constant_files(l);
  std::vector<file> files;
  add_array(files, numbered("w", l), sliced(l, p.how, p.read_views[0]), l.weights.type);
  std::vector<int64_t> biases = l.weights.bias;
  biases.resize(at(l.weights.outputs), 0);
  add_array(files, numbered("b", l), biases, l.weights.bias.empty() ? fixed_type() : l.weights.bias_type);
  return files;
}

}  // namespace nac::hls
