// SPDX-License-Identifier: Apache-2.0
//
// What pools, moves and adds activations.
#include <algorithm>
#include <cmath>

#include "hls_backend/model/graph_reader.hpp"

namespace nac::hls {
namespace {

int64_t product(const std::vector<int64_t> &shape, std::size_t first, std::size_t last) {
  int64_t result = 1;
  for (std::size_t i = first; i < last; ++i) result *= shape[i];
  return result;
}

/// An int64 attribute, or since opset 13 the second input.
std::vector<int64_t> axes_of(const graph_view &graph, nac_node node) {
  std::vector<int64_t> axes = graph.integers(node, "axes");
  const nac_value given = graph.input_of(node, 1);
  if (!axes.empty() || given == 0) return axes;
  const nac_view *view = host().graph().value_data(graph.raw(), given);
  if (view == nullptr) throw failure(NAC_UNSUPPORTED, graph.label(node) + ": its axes are not a constant");
  const auto *data = dense<int64_t>(*view);
  return {data, data + element_count(view->shape, view->ndim)};
}

}  // namespace

int graph_reader::averaged_bits(nac_node n, int64_t count) const {
  int bits = 0;
  while ((int64_t{1} << bits) < count) ++bits;
  if (!assume_ && int64_t{1} << bits != count)
    refuse(n, "it averages " + std::to_string(count) +
                  " values, which is no power of two; sum them (ReduceSum) and divide the next weight by that");
  return bits;
}

void graph_reader::pool(nac_node n) {
  const window g = window_of(graph_, n);
  const int x = operand(graph_.input_of(n, 0), n);
  if (graph_.is(n, "MaxPool")) return keep(n, builder_.max_pool(name_of_result(n), x, g));
  if (graph_.integer(n, "ceil_mode", 0) != 0) refuse(n, "ceil_mode makes the divisor differ between windows");
  keep(n, builder_.sum_pool(name_of_result(n), x, g, averaged_bits(n, g.kernel_height * g.kernel_width)));
}

void graph_reader::reduction(nac_node n) {
  const nac_value data = graph_.input_of(n, 0);
  const std::vector<int64_t> shape = graph_.shape(data);
  const auto rank = static_cast<int64_t>(shape.size());
  std::vector<int64_t> axes = axes_of(graph_, n);
  if (axes.empty()) refuse(n, "it has no axes: it would mix samples");
  for (int64_t &axis : axes) axis += axis < 0 ? rank : 0;
  std::sort(axes.begin(), axes.end());
  if (axes.front() == 0) refuse(n, "it mixes samples");
  for (std::size_t i = 1; i < axes.size(); ++i)
    if (axes[i] != axes[i - 1] + 1) refuse(n, "its axes are not next to each other; transpose first");
  const auto first = static_cast<std::size_t>(axes.front()), last = static_cast<std::size_t>(axes.back()) + 1;
  const int64_t outer = product(shape, 1, first), count = product(shape, first, last),
                inner = product(shape, last, shape.size());
  const bool largest = graph_.is(n, "ReduceMax");
  const int bits = graph_.is(n, "ReduceMean") ? averaged_bits(n, count) : 0;
  keep(n, builder_.reduce(name_of_result(n), largest ? layer_kind::reduce_max : layer_kind::reduce_sum,
                          operand(data, n), outer, count, inner, bits));
}

void graph_reader::transpose(nac_node n) {
  const nac_value data = graph_.input_of(n, 0);
  const std::vector<int64_t> in = shape_of(data), out = shape_of(graph_.result_of(n));
  const std::vector<int64_t> perm = graph_.integers(n, "perm");
  if (perm.size() != in.size() + 1 || perm.at(0) != 0) refuse(n, "it moves the batch dimension");
  std::vector<int64_t> steps(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    const auto from = static_cast<std::size_t>(perm[i + 1] - 1);
    steps[i] = product(in, from + 1, in.size());
  }
  std::vector<int64_t> map, index(out.size(), 0);
  for (int64_t k = product(out, 0, out.size()); k > 0; --k) {
    int64_t from = 0;
    for (std::size_t i = 0; i < out.size(); ++i) from += index[i] * steps[i];
    map.push_back(from);
    for (std::size_t i = out.size(); i-- > 0;) {
      if (++index[i] < out[i]) break;
      index[i] = 0;
    }
  }
  keep(n, builder_.transpose(name_of_result(n), operand(data, n), std::move(map)));
}

void graph_reader::concat(nac_node n) {
  const std::vector<int64_t> shape = graph_.shape(graph_.result_of(n));
  int64_t axis = graph_.integer(n, "axis", 1);
  axis += axis < 0 ? static_cast<int64_t>(shape.size()) : 0;
  if (axis <= 0) refuse(n, "it joins samples");
  const auto position = static_cast<std::size_t>(axis);
  std::vector<int> parts;
  std::vector<int64_t> blocks;
  for (const nac_value v : graph_.inputs_of(n)) {
    if (!is_activation(v)) refuse(n, "it joins the constant '" + graph_.name(v) + "', which has no kernel");
    parts.push_back(operand(v, n));
    const std::vector<int64_t> own = graph_.shape(v);
    blocks.push_back(product(own, position, own.size()));
  }
  keep(n, builder_.concat(name_of_result(n), parts, product(shape, 1, position), blocks));
}

void graph_reader::combine(nac_node n) {
  const nac_value a = graph_.input_of(n, 0), b = graph_.input_of(n, 1);
  for (const nac_value v : {a, b})
    if (!is_activation(v)) refuse(n, "it adds the constant '" + graph_.name(v) + "' that is no bias of a layer");
  if (graph_.shape(a) != graph_.shape(b)) refuse(n, "it adds tensors of different shapes, which has no kernel");
  const int first = operand(a, n), second = operand(b, n);
  keep(n, builder_.add(name_of_result(n), first, second, graph_.is(n, "Sub")));
}

void graph_reader::matmul(nac_node n) {
  const nac_value a = graph_.input_of(n, 0), b = graph_.input_of(n, 1);
  if (!is_activation(a)) refuse(n, "a weight must be its second input");
  const std::vector<int64_t> left = graph_.shape(a), right = graph_.shape(b);
  if (left.size() < 3 || left.size() != right.size() || !std::equal(left.begin(), left.end() - 2, right.begin()))
    refuse(n, "a product of two activations takes equal leading dimensions");
  const std::size_t rank = left.size();
  const int first = operand(a, n), second = operand(b, n);
  keep(n, builder_.matmul(name_of_result(n), first, second, product(left, 1, rank - 2), left[rank - 2], left[rank - 1],
                          right[rank - 1]));
}

}  // namespace nac::hls
