// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/model/builder.hpp"

#include <algorithm>
#include <cmath>

#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

/// Wide enough that no bound of a legal model overflows on the way to being refused.
__extension__ using wide = __int128;
constexpr int kTableBits = 16, kSoftmaxBits = 15;
constexpr int64_t kSoftmaxValues = 65535;

int64_t narrowed(wide n, const std::string &layer) {
  constexpr wide kLimit = wide{1} << 61;
  if (n > kLimit || n < -kLimit)
    throw failure(NAC_UNSUPPORTED, "layer '" + layer + "': its integers need more than 62 bits");
  return static_cast<int64_t>(n);
}

wide raised(int64_t n, int bits, const std::string &layer) {
  if (n != 0 && bits > 61)
    throw failure(NAC_UNSUPPORTED, "layer '" + layer + "': the grids of what it adds are more than 61 bits apart");
  return n == 0 ? 0 : wide{n} << bits;
}

/// Bounds of a sum and of all its partial sums.
struct sum_bounds {
  wide low = 0, high = 0;
  void add(wide a, wide b) {
    low += std::min<wide>({a, b, 0});
    high += std::max<wide>({a, b, 0});
  }
};

double half_to_even(double x) {
  const double floor = std::floor(x), part = x - floor;
  return part > 0.5 || (part == 0.5 && std::fmod(floor, 2) != 0) ? floor + 1 : floor;
}

int64_t elements(const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (const int64_t d : shape) count *= d;
  return count;
}

/// The integers of a matrix are what its types can hold: firmware writes them as values of these.
void check_constants(const weight_matrix &w, const std::string &layer) {
  const auto fits = [&](const std::vector<int64_t> &values, const fixed_type &type) {
    const int64_t low = type.o == overflow::sat_sym ? -type.highest() : type.lowest();
    for (const int64_t n : values)
      if (n < low || n > type.highest())
        throw failure(NAC_INTERNAL,
                      "layer '" + layer + "': the constant " + std::to_string(n) + " is no value of " + type.text());
  };
  fits(w.values, w.type);
  fits(w.bias, w.bias_type);
}

}  // namespace

bounds assigned(bounds range, int fraction, const fixed_type &type) {
  if (type.o == overflow::wrap) {
    fixed_type open = type;
    open.integer += 62 - open.width;
    open.width = 62;
    open.is_signed = true;
    const bounds all{assign(range.low, fraction, open), assign(range.high, fraction, open)};
    if (all.low < type.lowest() || all.high > type.highest()) return {type.lowest(), type.highest()};
  }
  return {assign(range.low, fraction, type), assign(range.high, fraction, type)};
}

layer &model_builder::append(const std::string &name, layer_kind kind, std::vector<int> inputs) {
  layer l;
  l.index = static_cast<int>(model_.layers.size());
  l.name = name;
  l.kind = kind;
  l.inputs = std::move(inputs);
  model_.layers.push_back(std::move(l));
  return model_.layers.back();
}

int model_builder::close(layer &l, bounds range, int fraction, std::vector<int64_t> shape) {
  l.accumulator_range = range;
  try {
    l.accumulator = exact_type(range, fraction);
  } catch (const failure &e) {
    throw failure(NAC_UNSUPPORTED, "layer '" + l.name + "': " + e.what());
  }
  tensor t;
  t.name = l.name;
  t.size = elements(shape);
  t.shape = std::move(shape);
  t.type = l.accumulator;
  t.range = range;
  t.producer = l.index;
  l.output = static_cast<int>(model_.tensors.size());
  model_.tensors.push_back(std::move(t));
  return l.output;
}

void model_builder::describe(int t, const std::string &name, const std::vector<int64_t> &shape) {
  tensor &described = model_.tensors.at(static_cast<std::size_t>(t));
  described.name = name;
  described.shape = shape;
}

int model_builder::input(const std::string &name, const std::vector<int64_t> &shape, const fixed_type &type) {
  layer &l = append(name, layer_kind::input, {});
  const bounds range{type.o == overflow::sat_sym ? -type.highest() : type.lowest(), type.highest()};
  const int t = close(l, range, type.fraction(), shape);
  l.accumulator = model_.tensors.back().type = type;
  model_.inputs.push_back(t);
  return t;
}

bounds model_builder::product_bounds(const layer &l, bounds x, bool padded) const {
  const weight_matrix &w = l.weights;
  const int fraction = l.accumulator.fraction();
  const int finer = fraction - (at(l.inputs[0]).type.fraction() + w.type.fraction());
  if (padded) x = {std::min<int64_t>(x.low, 0), std::max<int64_t>(x.high, 0)};
  wide low = 0, high = 0;
  for (int64_t o = 0; o < w.outputs; ++o) {
    sum_bounds sum;
    if (!w.bias.empty()) {
      const wide b = raised(w.bias[static_cast<std::size_t>(o)], fraction - w.bias_type.fraction(), l.name);
      sum.add(b, b);
    }
    for (int64_t i = 0; i < w.inputs; ++i)
      sum.add(raised(w.at(i, o), finer, l.name) * x.low, raised(w.at(i, o), finer, l.name) * x.high);
    low = std::min(low, sum.low);
    high = std::max(high, sum.high);
  }
  return {narrowed(low, l.name), narrowed(high, l.name)};
}

int model_builder::dense(const std::string &name, int x, int64_t rows, weight_matrix w) {
  check_constants(w, name);
  const int64_t outputs = w.outputs;
  const int products = at(x).type.fraction() + w.type.fraction();
  const int fraction = w.bias.empty() ? products : std::max(products, w.bias_type.fraction());
  layer &l = append(name, layer_kind::dense, {x});
  l.weights = std::move(w);
  l.rows = rows;
  l.accumulator = {62, 62 - fraction, true};
  const bounds range = product_bounds(l, at(x).range, false);
  return close(l, range, fraction, rows == 1 ? std::vector<int64_t>{outputs} : std::vector<int64_t>{rows, outputs});
}

int model_builder::conv(const std::string &name, int x, const window &geometry, weight_matrix w) {
  check_constants(w, name);
  const int products = at(x).type.fraction() + w.type.fraction();
  const int fraction = w.bias.empty() ? products : std::max(products, w.bias_type.fraction());
  layer &l = append(name, layer_kind::conv, {x});
  l.weights = std::move(w);
  l.geometry = geometry;
  l.accumulator = {62, 62 - fraction, true};
  const bool padded = geometry.pad_top + geometry.pad_left + geometry.pad_bottom + geometry.pad_right > 0;
  const bounds range = product_bounds(l, at(x).range, padded);
  return close(l, range, fraction, {geometry.out_channels, geometry.out_height, geometry.out_width});
}

int model_builder::max_pool(const std::string &name, int x, const window &geometry) {
  layer &l = append(name, layer_kind::max_pool, {x});
  l.geometry = geometry;
  return close(l, at(x).range, at(x).type.fraction(), {geometry.out_channels, geometry.out_height, geometry.out_width});
}

int model_builder::sum_pool(const std::string &name, int x, const window &geometry, int point_shift) {
  layer &l = append(name, layer_kind::sum_pool, {x});
  l.geometry = geometry;
  l.point_shift = point_shift;
  const wide count = geometry.kernel_height * geometry.kernel_width;
  const bounds range{narrowed(count * std::min<int64_t>(at(x).range.low, 0), name),
                     narrowed(count * std::max<int64_t>(at(x).range.high, 0), name)};
  return close(l, range, at(x).type.fraction() + point_shift,
               {geometry.out_channels, geometry.out_height, geometry.out_width});
}

int model_builder::reduce(const std::string &name, layer_kind kind, int x, int64_t outer, int64_t count, int64_t inner,
                          int point_shift) {
  layer &l = append(name, kind, {x});
  l.outer = outer;
  l.count = count;
  l.inner = inner;
  l.point_shift = point_shift;
  bounds range = at(x).range;
  if (kind == layer_kind::reduce_sum)
    range = {narrowed(wide{count} * std::min<int64_t>(range.low, 0), name),
             narrowed(wide{count} * std::max<int64_t>(range.high, 0), name)};
  return close(l, range, at(x).type.fraction() + point_shift, {outer * inner});
}

int model_builder::matmul(const std::string &name, int a, int b, int64_t batch, int64_t m, int64_t k, int64_t n) {
  layer &l = append(name, layer_kind::matmul, {a, b});
  l.batch = batch;
  l.m = m;
  l.k = k;
  l.n = n;
  const bounds x = at(a).range, y = at(b).range;
  const wide corners[] = {wide{x.low} * y.low, wide{x.low} * y.high, wide{x.high} * y.low, wide{x.high} * y.high, 0};
  const bounds range{narrowed(k * *std::min_element(corners, corners + 5), name),
                     narrowed(k * *std::max_element(corners, corners + 5), name)};
  return close(l, range, at(a).type.fraction() + at(b).type.fraction(),
               batch == 1 ? std::vector<int64_t>{m, n} : std::vector<int64_t>{batch, m, n});
}

int model_builder::add(const std::string &name, int a, int b, bool negative) {
  layer &l = append(name, layer_kind::add, {a, b});
  l.negative = negative;
  const int fraction = std::max(at(a).type.fraction(), at(b).type.fraction());
  const auto raise = [&](int t, int64_t n) { return raised(n, fraction - at(t).type.fraction(), name); };
  const wide low = negative ? -raise(b, at(b).range.high) : raise(b, at(b).range.low);
  const wide high = negative ? -raise(b, at(b).range.low) : raise(b, at(b).range.high);
  return close(l, {narrowed(raise(a, at(a).range.low) + low, name), narrowed(raise(a, at(a).range.high) + high, name)},
               fraction, at(a).shape);
}

int model_builder::concat(const std::string &name, const std::vector<int> &parts, int64_t outer,
                          const std::vector<int64_t> &blocks) {
  layer &l = append(name, layer_kind::concat, parts);
  l.outer = outer;
  l.blocks = blocks;
  int fraction = at(parts.at(0)).type.fraction();
  for (const int t : parts) fraction = std::max(fraction, at(t).type.fraction());
  bounds range{INT64_MAX, INT64_MIN};
  int64_t size = 0;
  for (const int t : parts) {
    const int finer = fraction - at(t).type.fraction();
    range.low = std::min(range.low, narrowed(raised(at(t).range.low, finer, name), name));
    range.high = std::max(range.high, narrowed(raised(at(t).range.high, finer, name), name));
    size += at(t).size;
  }
  return close(l, range, fraction, {size});
}

int model_builder::transpose(const std::string &name, int x, std::vector<int64_t> map) {
  layer &l = append(name, layer_kind::transpose, {x});
  const auto size = static_cast<int64_t>(map.size());
  l.map = std::move(map);
  const int t = close(l, at(x).range, at(x).type.fraction(), {size});
  l.accumulator = model_.tensors.back().type = exact_type(at(x).range, at(x).type.fraction());
  return t;
}

int model_builder::table(const std::string &name, int x, std::vector<int64_t> entries, const fixed_type &type) {
  layer &l = append(name, layer_kind::table, {x});
  l.table_low = at(x).range.low;
  if (static_cast<int64_t>(entries.size()) != at(x).range.high - at(x).range.low + 1)
    throw failure(NAC_INTERNAL, "layer '" + name + "': its table has another length than its input's range");
  const auto range = std::minmax_element(entries.begin(), entries.end());
  const bounds result{*range.first, *range.second};
  l.table = std::move(entries);
  const int t = close(l, result, type.fraction(), at(x).shape);
  l.accumulator = model_.tensors.back().type = type;
  return t;
}

int model_builder::softmax(const std::string &name, int x, int64_t rows, int64_t count, const fixed_type &type) {
  if (count > kSoftmaxValues)
    throw failure(NAC_UNSUPPORTED, "layer '" + name + "': softmax over " + std::to_string(count) + " values, at most " +
                                       std::to_string(kSoftmaxValues) + " are supported");
  const int64_t span = at(x).range.high - at(x).range.low;
  if (span >= int64_t{1} << kTableBits)
    throw failure(NAC_UNSUPPORTED, "layer '" + name + "' reads more than " + std::to_string(kTableBits) +
                                       " bits: put a Quant before it");
  layer &l = append(name, layer_kind::softmax, {x});
  l.rows = rows;
  l.count = count;
  for (int64_t d = 0; d <= span; ++d)
    l.table.push_back(static_cast<int64_t>(
        half_to_even(std::ldexp(std::exp(-std::ldexp(static_cast<double>(d), -at(x).type.fraction())), kSoftmaxBits))));
  const bool wraps = type.o == overflow::wrap;
  const bounds range =
      wraps ? bounds{type.lowest(), type.highest()} : bounds{assign(int64_t{0}, 0, type), assign(int64_t{1}, 0, type)};
  const int t = close(l, range, type.fraction(), at(x).shape);
  l.accumulator = model_.tensors.back().type = type;
  return t;
}

int model_builder::step(const std::string &name, int x, const pointwise &s) {
  layer &l = append(name, layer_kind::pointwise, {x});
  const std::vector<int64_t> shape = at(x).shape;
  const int t = close(l, at(x).range, at(x).type.fraction(), shape);
  l.accumulator = at(x).type;
  l.steps = {s};
  tensor &made = model_.tensors.back();
  made.type = s.type;
  made.range = s.range;
  return t;
}

int model_builder::relu(const std::string &name, int x) {
  const bounds in = at(x).range;
  pointwise s;
  s.what = pointwise::op::relu;
  s.range = {std::max<int64_t>(in.low, 0), std::max<int64_t>(in.high, 0)};
  s.type = exact_type(s.range, at(x).type.fraction());
  return step(name, x, s);
}

int model_builder::leaky_relu(const std::string &name, int x, int bits) {
  const auto shifted = [&](int64_t n) { return n > 0 ? narrowed(wide{n} << bits, name) : n; };
  pointwise s;
  s.what = pointwise::op::leaky_relu;
  s.bits = bits;
  s.range = {shifted(at(x).range.low), shifted(at(x).range.high)};
  s.type = exact_type(s.range, at(x).type.fraction() + bits);
  return step(name, x, s);
}

int model_builder::quantize(const std::string &name, int x, const fixed_type &type) {
  pointwise s;
  s.what = pointwise::op::quantize;
  s.type = type;
  s.range = assigned(at(x).range, at(x).type.fraction(), type);
  return step(name, x, s);
}

}  // namespace nac::hls
