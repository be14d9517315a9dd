// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/stream_wishes.hpp"

#include <algorithm>

namespace nac::hls {
namespace {

std::size_t at(int64_t i) { return static_cast<std::size_t>(i); }

const tensor &tensor_of(const model &m, int t) { return m.tensors[at(t)]; }

view rows_of(const row_words &read, int64_t length) {
  view v;
  v.word = length;
  for (const int64_t row : read.rows)
    for (int64_t i = 0; i < length; ++i) v.order.push_back(row * length + i);
  return v;
}

layer_views window_views(const layer &l) {
  const window &g = l.geometry;
  layer_views result;
  result.reads = {pixel_view(g.channels, g.height * g.width)};
  result.writes = pixel_view(g.out_channels, g.out_height * g.out_width);
  return result;
}

/// Rows that arrive as words are multiplied as they come. A single row in many words is folded over them, except by
/// shared shifts and adds, which need all of it.
layer_views dense_views(const layer &l, const view &x) {
  layer_views result;
  result.folded = l.rows == 1 && x.words() > 1 && l.how != strategy::distributed_arithmetic;
  if (result.folded) {
    result.reads = {x};
    result.writes = flat_view(l.weights.outputs, l.weights.outputs);
    return result;
  }
  std::optional<row_words> rows = as_rows(x, l.weights.inputs);
  // The weights of shifts and adds stay where they are.
  if (rows && !rows->plain() && l.how == strategy::distributed_arithmetic) rows.reset();
  result.reads = {rows ? x : flat_view(l.rows * l.weights.inputs, l.weights.inputs)};
  if (!rows) rows = as_rows(result.reads[0], l.weights.inputs);
  result.writes = rows_of(*rows, l.weights.outputs);
  return result;
}

/// Whole rows of the first operand, batch by batch; of the second, the same places in every batch.
layer_views matmul_views(const layer &l, const view &a, const view &b) {
  layer_views result;
  std::optional<row_words> rows = as_rows(a, l.k);
  const auto in_batches = [&] {
    for (std::size_t w = 0; w < rows->rows.size(); ++w)
      if (rows->rows[w] / l.m != static_cast<int64_t>(w) / l.m) return false;
    return true;
  };
  const view first = rows && rows->plain() && in_batches() ? a : flat_view(l.batch * l.m * l.k, l.k);
  rows = as_rows(first, l.k);
  const int64_t size = l.k * l.n;
  bool same = size % b.word == 0;
  for (int64_t i = 0; same && i < l.batch * size; ++i)
    same = b.order[at(i)] == b.order[at(i % size)] + i / size * size && b.order[at(i % size)] < size;
  result.reads = {first, same ? b : flat_view(l.batch * size, l.n)};
  result.writes = rows_of(*rows, l.n);
  return result;
}

layer_views reduction_views(const layer &l, const view &x) {
  layer_views result;
  std::optional<reduction_words> r = as_reduction(x, l.outer, l.count, l.inner);
  result.reads = {r ? x : flat_view(l.outer * l.count * l.inner, l.inner == 1 ? l.count : l.inner)};
  if (!r) r = as_reduction(result.reads[0], l.outer, l.count, l.inner);
  result.writes = r->result;
  return result;
}

/// Any word may hold any part of a row's elements, but only of one row and all of it.
layer_views softmax_views(const layer &l, const view &x) {
  bool rows = x.word == l.count;
  for (int64_t w = 0; rows && w < x.words(); ++w)
    for (int64_t i = 0; i < x.word; ++i) rows = rows && x.at(w, i) / l.count == x.at(w, 0) / l.count;
  const view v = rows ? x : flat_view(l.rows * l.count, l.count);
  return {{v}, v};
}

/// Where element `i` of input `part` goes.
int64_t place_in_concat(const layer &l, std::size_t part, int64_t i) {
  int64_t before = 0, whole = 0;
  for (std::size_t p = 0; p < l.blocks.size(); ++p) {
    if (p < part) before += l.blocks[p];
    whole += l.blocks[p];
  }
  return i / l.blocks[part] * whole + before + i % l.blocks[part];
}

/// Words of all inputs side by side when each has as many; else one input after the other when the words are as wide.
/// Where both could be, the one that gives what the readers want.
layer_views concat_views(const model &m, const layer &l, std::vector<view> x) {
  const auto same = [&](auto of) {
    return std::all_of(x.begin(), x.end(), [&](const view &v) { return of(v) == of(x[0]); });
  };
  const auto beside = [&] {
    view v;
    v.word = 0;
    for (const view &part : x) v.word += part.word;
    for (int64_t w = 0; w < x[0].words(); ++w)
      for (std::size_t p = 0; p < x.size(); ++p)
        for (int64_t i = 0; i < x[p].word; ++i) v.order.push_back(place_in_concat(l, p, x[p].at(w, i)));
    return v;
  };
  const auto after = [&] {
    view v;
    v.word = x[0].word;
    for (std::size_t p = 0; p < x.size(); ++p)
      for (const int64_t i : x[p].order) v.order.push_back(place_in_concat(l, p, i));
    return v;
  };
  const bool as_many = same([](const view &v) { return v.words(); }),
             as_wide = same([](const view &v) { return v.word; });
  layer_views result;
  result.sequential = as_wide && (!as_many || (x[0].words() > 1 && after() == wished_view(m, l.output)));
  if (!as_many && !as_wide)
    for (view &v : x) v = flat_view(static_cast<int64_t>(v.order.size()), static_cast<int64_t>(v.order.size()));
  result.writes = result.sequential ? after() : beside();
  result.reads = std::move(x);
  return result;
}

/// The view that a layer wants of its input number `slot`; nothing: any.
std::optional<view> wish_of(const model &m, const layer &l, std::size_t slot) {
  const auto passed_on = [&] {
    return tensor_of(m, l.output).users.empty() ? std::nullopt : std::optional<view>(wished_view(m, l.output));
  };
  switch (l.kind) {
    case layer_kind::conv:
    case layer_kind::max_pool:
    case layer_kind::sum_pool: return window_views(l).reads[0];
    case layer_kind::dense:
      if (l.rows == 1) return std::nullopt;
      return flat_view(l.rows * l.weights.inputs, l.weights.inputs);
    case layer_kind::matmul:
      if (slot > 0) return std::nullopt;
      return flat_view(l.batch * l.m * l.k, l.k);
    case layer_kind::softmax: return flat_view(l.rows * l.count, l.count);
    case layer_kind::add:
    case layer_kind::table:
    case layer_kind::pointwise: return passed_on();
    case layer_kind::transpose: {
      const std::optional<view> wish = passed_on();
      return wish ? std::optional<view>(relabelled(*wish, l.map)) : std::nullopt;
    }
    case layer_kind::input:
    case layer_kind::reduce_sum:
    case layer_kind::reduce_max:
    case layer_kind::concat: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

view wished_view(const model &m, int t) {
  for (const int user : tensor_of(m, t).users) {
    const layer &l = m.layers[at(user)];
    const auto slot = static_cast<std::size_t>(std::find(l.inputs.begin(), l.inputs.end(), t) - l.inputs.begin());
    if (std::optional<view> wish = wish_of(m, l, slot)) return *wish;
  }
  return view_of_shape(tensor_of(m, t));
}

layer_views choose_views(const model &m, const layer &l, const std::vector<view> &offered) {
  switch (l.kind) {
    case layer_kind::input: return {{}, wished_view(m, l.output)};
    case layer_kind::conv:
    case layer_kind::max_pool:
    case layer_kind::sum_pool: return window_views(l);
    case layer_kind::dense: return dense_views(l, offered[0]);
    case layer_kind::matmul: return matmul_views(l, offered[0], offered[1]);
    case layer_kind::reduce_sum:
    case layer_kind::reduce_max: return reduction_views(l, offered[0]);
    case layer_kind::softmax: return softmax_views(l, offered[0]);
    case layer_kind::add: return {{offered[0], offered[0]}, offered[0]};
    case layer_kind::concat: return concat_views(m, l, offered);
    case layer_kind::transpose:
    case layer_kind::table:
    case layer_kind::pointwise: break;
  }
  return {{offered[0]}, offered[0]};
}

}  // namespace nac::hls
