// SPDX-License-Identifier: Apache-2.0
//
// The struct of each process: sizes, types, and the functions that kernels call.
#include <algorithm>

#include "hls_backend/emit/common.hpp"
#include "hls_backend/emit/stream_text.hpp"

namespace nac::hls {
namespace {

std::size_t at(int64_t i) { return static_cast<std::size_t>(i); }

std::string text(int64_t n) { return std::to_string(n); }

std::string flag(const std::string &name, bool value) {
  return "  static const bool " + name + " = " + (value ? "true" : "false") + ";\n";
}

/// A function of constants, which is wiring: it is only called with indices that are known where loops are unrolled.
/// The constants stand in an array of the file's own, which goes before the struct: several simulations in one process
/// would share one inside an inline function.
struct lookup {
  std::string array, member;
};
lookup lookup_of(const std::string &config, const std::string &name, const std::vector<int64_t> &values) {
  const std::string array = config + "_" + name;
  return {integer_array("unsigned", array, values),
          "  static unsigned " + name + "(unsigned i) {\n#pragma HLS INLINE\n    return " + array + "[i];\n  }\n"};
}

/// CONFIG::finish(): the layer's steps, one value each.
std::string finish(const layer &l, const std::string &from, const std::string &result) {
  std::string body, value = "x";
  int count = 0;
  const auto next = [&](const std::string &type, const std::string &expression) {
    const std::string name = "v" + text(count++);
    body += "    const " + type + " " + name + " = " + expression + ";\n";
    value = name;
  };
  if (l.point_shift > 0)
    next(l.accumulator.text(),
         "nac::move_point<" + l.accumulator.text() + ", " + text(l.point_shift) + ">(" + value + ")");
  for (const pointwise &s : l.steps) {
    const std::string type = s.type.text();
    switch (s.what) {
      case pointwise::op::relu: next(type, "nac::relu<" + type + ">(" + value + ")"); break;
      case pointwise::op::leaky_relu:
        next(type, "nac::leaky_relu<" + type + ", " + text(s.bits) + ">(" + value + ")");
        break;
      case pointwise::op::quantize: next(type, value); break;
    }
  }
  return "  static " + result + " finish(const " + from + " &x) {\n#pragma HLS INLINE\n" + body + "    return " +
         value + ";\n  }\n";
}

std::string window_text(const window &g) {
  const raster r = raster_of(g);
  const bool padded = g.pad_top + g.pad_left > 0 || (g.out_height - 1) * g.stride_height + g.kernel_height > g.height ||
                      (g.out_width - 1) * g.stride_width + g.kernel_width > g.width;
  return member("channels", g.channels) + member("in_height", g.height) + member("in_width", g.width) +
         member("kernel_height", g.kernel_height) + member("kernel_width", g.kernel_width) +
         member("stride_height", g.stride_height) + member("stride_width", g.stride_width) +
         member("pad_top", g.pad_top) + member("pad_left", g.pad_left) + flag("padded", padded) +
         member("out_channels", g.out_channels) + member("out_height", g.out_height) +
         member("out_width", g.out_width) + member("lines", std::max<int64_t>(1, g.kernel_height - 1)) +
         member("pitch", r.pitch) + member("first_row", r.first_row) + member("first_column", r.first_column) +
         member("first_result", r.first_result) + member("cells", r.cells);
}

/// Sizes and CONFIG::multiply() of a product with a constant matrix.
std::string product_text(const model &m, const layer &l, const schedule &how, const std::string &n) {
  const weight_matrix &w = l.weights;
  const bool shifts = l.how == strategy::distributed_arithmetic;
  const int64_t slice = how.inputs / how.in_steps * (w.outputs / how.groups);
  std::string result = member("n_in", how.inputs) + member("n_out", w.outputs) +
                       member("n_weights", w.inputs * w.outputs) + member("parts", how.parts) +
                       member("in_steps", how.in_steps) + member("groups", how.groups) + member("steps", how.steps()) +
                       member("interval", how.interval);
  if (!shifts) {
    result += member("slice", slice) + member("multipliers", (slice + how.interval - 1) / how.interval);
    result += "  typedef w" + n + "_t weight_t;\n  typedef b" + n + "_t bias_t;\n";
  }
  result += "  template <class T>\n  static void multiply(const T x[" + text(how.inputs) +
            "], const nac::product_step<config" + n + "> &" + (shifts ? "" : "at") + ", accum_t sums[" +
            text(w.outputs) + "]) {\n#pragma HLS INLINE\n";
  // Behind a Transpose the words that arrive are of the type before it: the same bits, other modes.
  if (shifts)
    return result + "    " + m.tensors[at(l.inputs[0])].type.text() + " values[" + text(how.inputs) +
           "];\n#pragma HLS ARRAY_PARTITION variable=values complete dim=0\n    for (unsigned i = 0; i < " +
           text(how.inputs) + "; i++) {\n#pragma HLS UNROLL\n      values[i] = x[i];\n    }\n    multiply" + n +
           "(values, sums);\n  }\n";
  // A whole matrix is made of constants; slices come from a memory that gives one in a clock.
  if (how.parts * how.steps() == 1) {
    result += "#pragma HLS ARRAY_PARTITION variable=w" + n + " complete dim=0\n";
    if (how.interval > 1)
      result +=
          "#ifdef __VITIS_HLS__\n#pragma HLS ALLOCATION operation instances=mul limit=multipliers\n#else\n"
          "#pragma HLS ALLOCATION instances=mul limit=multipliers operation\n#endif\n";
  } else {
    result += "#pragma HLS ARRAY_RESHAPE variable=w" + n + " cyclic factor=slice dim=1\n";
  }
  return result + "#pragma HLS ARRAY_PARTITION variable=b" + n + " complete dim=0\n    nac::add_products<config" + n +
         ">(x, w" + n + ", b" + n + ", at, sums);\n  }\n";
}

lookup reorder_lookup(const std::string &config, const view &in, const view &out) {
  std::vector<int64_t> arrival(in.order.size()), source;
  for (std::size_t i = 0; i < in.order.size(); ++i) arrival[at(in.order[i])] = static_cast<int64_t>(i);
  for (const int64_t i : out.order) source.push_back(arrival[at(i)]);
  lookup result = lookup_of(config, "source", source);
  result.member += member("in_words", in.words()) + member("out_words", out.words());
  return result;
}

lookup matmul_lookup(const std::string &config, const layer &l, const view &kept) {
  std::vector<int64_t> place(at(l.k * l.n));
  for (std::size_t i = 0; i < place.size(); ++i) place[at(kept.order[i])] = static_cast<int64_t>(i);
  lookup result = lookup_of(config, "place", place);
  result.member += member("batch", l.batch) + member("m", l.m) + member("kept_words", kept.words() / l.batch) +
                   member("interval", l.reuse_factor);
  return result;
}

lookup reduction_lookup(const std::string &config, const layer &l, const view &read) {
  const reduction_words r = *as_reduction(read, l.outer, l.count, l.inner);
  lookup result = lookup_of(config, "slot", r.slots);
  result.member +=
      member("groups", r.groups) + member("words", r.words) + flag("largest", l.kind == layer_kind::reduce_max);
  return result;
}

}  // namespace

std::string config_name(const stream_parts &parts, const process &p) {
  if (p.kind == process_kind::reorder) return "config_" + parts.plan.channels[at(p.writes[0])].name;
  return "config" + text(p.layer);
}

std::string config_of(const stream_parts &parts, const process &p) {
  const auto channel_of = [&](int c) -> const channel & { return parts.plan.channels[at(c)]; };
  if (p.kind == process_kind::clone || p.kind == process_kind::discard) return "";
  const std::string head = "struct " + config_name(parts, p) + " {\n";
  const auto with = [&](const lookup &t, const std::string &members) {
    return t.array + head + t.member + members + "};\n";
  };
  const std::string config = config_name(parts, p);
  if (p.kind == process_kind::reorder)
    return with(reorder_lookup(config, channel_of(p.reads[0]).how, channel_of(p.writes[0]).how), "");
  const layer &l = parts.m.layers[at(p.layer)];
  const std::string n = text(l.index), result = channel_of(p.writes[0]).type + "::value_type";
  const view &read = p.read_views[0];
  const std::string words = member("words", read.words());
  const std::string sum = "  typedef layer" + n + "_accum_t accum_t;\n", ready = finish(l, "accum_t", result);
  const std::string before = before_config(parts.m, l);
  switch (l.kind) {
    case layer_kind::dense: return before + head + words + sum + product_text(parts.m, l, p.how, n) + ready + "};\n";
    case layer_kind::conv:
      return before + head + window_text(l.geometry) + sum + product_text(parts.m, l, p.how, n) + ready + "};\n";
    case layer_kind::max_pool:
    case layer_kind::sum_pool:
      return head + window_text(l.geometry) + flag("largest", l.kind == layer_kind::max_pool) + sum + ready + "};\n";
    case layer_kind::reduce_sum:
    case layer_kind::reduce_max: return with(reduction_lookup(config, l, read), sum + ready);
    case layer_kind::matmul: return with(matmul_lookup(config, l, p.read_views[1]), sum + ready);
    case layer_kind::add: return head + words + flag("negative", l.negative) + sum + ready + "};\n";
    case layer_kind::concat: return head + sum + ready + "};\n";
    case layer_kind::softmax:
      return head + words + member("rows", 1) + member("count", l.count) + member("interval", l.reuse_factor) +
             member("entries", static_cast<int64_t>(l.table.size())) + "  typedef " + result +
             " accum_t;\n  template <class T>\n  static void softmax(const T x[" + text(l.count) + "], accum_t y[" +
             text(l.count) + "]) {\n#pragma HLS INLINE\n    nac::softmax<config" + n + ">(x, y, table" + n +
             ");\n  }\n};\n";
    case layer_kind::table:
      return head + words + "  template <class T>\n  static " + result +
             " finish(const T &x) {\n#pragma HLS INLINE\n    return nac::lookup<" + text(l.table_low) + ">(x, table" +
             n + ");\n  }\n};\n";
    default: {  // pointwise and transpose: nothing but steps
      const std::string from = channel_of(p.reads[0]).type + "::value_type";
      return head + words + finish(l, from, result) + "};\n";
    }
  }
}

std::string types_of(const stream_parts &parts, const process &p) {
  if (p.kind != process_kind::layer) return "";
  const layer &l = parts.m.layers[at(p.layer)];
  const std::string n = text(l.index);
  std::string result = "typedef " + sum_type(l).text() + " " + sum_type_name(l) + ";\n";
  if (has_matrix(l))
    result += "typedef " + l.weights.type.text() + " w" + n + "_t;\ntypedef " +
              (l.weights.bias.empty() ? fixed_type() : l.weights.bias_type).text() + " b" + n + "_t;\n";
  return result;
}

}  // namespace nac::hls
