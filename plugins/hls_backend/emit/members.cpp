// SPDX-License-Identifier: Apache-2.0
//
// The members of a layer's struct in parameters.h that kernels of either kind call.
#include <algorithm>

#include "hls_backend/emit/common.hpp"

namespace nac::hls {
namespace {

std::string type_member(const std::string &type, const std::string &name) {
  return "  typedef " + type + " " + name + ";\n";
}

/// Multipliers that are used reuse_factor times per vector. In strategy latency weights that are 0 need none.
int64_t multipliers(const layer &l) {
  const weight_matrix &w = l.weights;
  const int64_t zeros = l.how == strategy::latency ? std::count(w.values.begin(), w.values.end(), 0) : 0;
  const int64_t products = w.inputs * w.outputs - zeros;
  return std::max<int64_t>(1, (products + l.reuse_factor - 1) / l.reuse_factor);
}

std::string matrix_members(const model &m, const layer &l) {
  const std::string w = numbered("w", l), b = numbered("b", l), config = numbered("config", l);
  std::string text = member("n_in", l.weights.inputs) + member("n_out", l.weights.outputs) +
                     member("reuse_factor", l.reuse_factor) + member("multiplier_limit", multipliers(l)) +
                     type_member(w + "_t", "weight_t") + type_member(b + "_t", "bias_t") +
                     "  static void multiply(const " + element_type(m, l.inputs[0]) +
                     " x[n_in], accum_t sums[n_out]) {\n"
                     "#pragma HLS INLINE\n    ";
  switch (l.how) {
    case strategy::latency: text += "nac::dense_latency<" + config + ">(x, sums, " + w + ", " + b + ");\n"; break;
    case strategy::resource: text += "nac::dense_resource<" + config + ">(x, sums, " + w + ", " + b + ");\n"; break;
    case strategy::distributed_arithmetic:
      // It writes all their bits, as integers; compilers do not see that none of the old ones is left.
      text += "for (unsigned o = 0; o < n_out; o++) {\n#pragma HLS UNROLL\n      sums[o] = 0;\n    }\n    " +
              numbered("multiply", l) + "(x, sums);\n";
      break;
  }
  return text + "  }\n";
}

std::string step_text(const pointwise &step, const std::string &from) {
  const std::string type = step.type.text();
  switch (step.what) {
    case pointwise::op::relu: return "nac::relu<" + type + ">(" + from + ")";
    case pointwise::op::leaky_relu:
      return "nac::leaky_relu<" + type + ", " + std::to_string(step.bits) + ">(" + from + ")";
    case pointwise::op::quantize: break;
  }
  return from;
}

std::string finish_member(const model &m, const layer &l) {
  const std::string result = element_type(m, l.output);
  std::string text = "  static " + result + " finish(const " + finished_type(m, l) + " &x) {\n#pragma HLS INLINE\n";
  std::string value = "x";
  int count = 0;
  const auto assign_to = [&](const std::string &type, const std::string &expression) {
    value = "step" + std::to_string(++count);
    text += "    const " + type + " " + value + " = " + expression + ";\n";
  };
  if (l.kind == layer_kind::table)
    assign_to("accum_t", "nac::lookup<" + std::to_string(l.table_low) + ">(x, " + numbered("table", l) + ")");
  if (l.point_shift != 0) {
    const std::string type = l.accumulator.text();
    assign_to(type, "nac::move_point<" + type + ", " + std::to_string(l.point_shift) + ">(x)");
  }
  for (const pointwise &step : l.steps) assign_to(step.type.text(), step_text(step, value));
  return text + "    return " + value + ";\n  }\n";
}

}  // namespace

std::string finished_type(const model &m, const layer &l) {
  const bool reads_elements = l.kind == layer_kind::table || l.kind == layer_kind::pointwise;
  return reads_elements ? element_type(m, l.inputs[0]) : sum_type_name(l);
}

std::string before_config(const model &m, const layer &l) {
  if (!has_matrix(l) || l.how != strategy::distributed_arithmetic) return "";
  return "NAC_ADDER_ATTRIBUTE\n" + adder_function(m, l, numbered("multiply", l),
                                                  "#pragma HLS PIPELINE II=1\n"
                                                  "#pragma HLS ARRAY_PARTITION variable=x complete dim=0\n"
                                                  "#pragma HLS ARRAY_PARTITION variable=y complete dim=0\n");
}

std::string common_members(const model &m, const layer &l) {
  std::string text = type_member(sum_type_name(l), "accum_t");
  if (has_matrix(l)) text += matrix_members(m, l);
  return text + finish_member(m, l);
}

}  // namespace nac::hls
