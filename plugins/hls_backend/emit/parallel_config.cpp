// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/common.hpp"
#include "hls_backend/emit/parallel_layer.hpp"

namespace nac::hls {
namespace {

std::string window_members(const window &g) {
  return member("channels", g.channels) + member("height", g.height) + member("width", g.width) +
         member("kernel_height", g.kernel_height) + member("kernel_width", g.kernel_width) +
         member("stride_height", g.stride_height) + member("stride_width", g.stride_width) +
         member("pad_top", g.pad_top) + member("pad_left", g.pad_left) + member("out_height", g.out_height) +
         member("out_width", g.out_width);
}

std::string largest_member(bool largest) {
  return std::string("  static const bool largest = ") + (largest ? "true" : "false") + ";\n";
}

std::string own_members(const layer &l) {
  switch (l.kind) {
    case layer_kind::dense: return member("vectors", vector_count(l)) + member("at_a_time", l.parallelization_factor);
    case layer_kind::conv:
      return member("vectors", vector_count(l)) + member("at_a_time", l.parallelization_factor) +
             window_members(l.geometry);
    case layer_kind::max_pool:
    case layer_kind::sum_pool: return window_members(l.geometry) + largest_member(l.kind == layer_kind::max_pool);
    case layer_kind::reduce_sum:
    case layer_kind::reduce_max:
      return member("outer", l.outer) + member("count", l.count) + member("inner", l.inner) +
             largest_member(l.kind == layer_kind::reduce_max);
    case layer_kind::matmul: return member("batch", l.batch) + member("m", l.m) + member("k", l.k) + member("n", l.n);
    case layer_kind::softmax:
      return member("rows", l.rows) + member("count", l.count) +
             member("entries", static_cast<int64_t>(l.table.size()));
    case layer_kind::input:
    case layer_kind::add:
    case layer_kind::concat:
    case layer_kind::transpose:
    case layer_kind::table:
    case layer_kind::pointwise: break;
  }
  return "";
}

}  // namespace

int64_t vector_count(const layer &l) {
  return l.kind == layer_kind::conv ? l.geometry.out_height * l.geometry.out_width : l.rows;
}

bool is_pipelined(const layer &l) {
  return !has_matrix(l) || (l.how != strategy::resource && vector_count(l) == l.parallelization_factor);
}

std::string parallel_config(const model &m, const layer &l) {
  std::string text = "\n// " + comment_text(l.name) + ": " + name_of(l.kind) + "\n" + before_config(m, l);
  if (l.kind == layer_kind::transpose) text += integer_array("unsigned", numbered("map", l), l.map);
  return text + "struct " + numbered("config", l) + " {\n" + own_members(l) + common_members(m, l) + "};\n";
}

}  // namespace nac::hls
