// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/model/evaluate.hpp"

#include <algorithm>

#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

using integers = std::vector<int64_t>;

std::size_t at(int64_t i) { return static_cast<std::size_t>(i); }

class evaluation {
 public:
  evaluation(const model &m, const std::vector<std::vector<double>> &inputs) : m_(m), values_(m.tensors.size()) {
    for (const layer &l : m.layers) {
      integers result = l.kind == layer_kind::input ? input(l, inputs) : operation(l);
      const int fraction = apply(l, result);
      check(l, result, fraction);
      values_[at(l.output)] = std::move(result);
    }
  }
  std::vector<integers> take() { return std::move(values_); }

 private:
  const integers &in(const layer &l, std::size_t i) const { return values_[at(l.inputs.at(i))]; }
  const fixed_type &type_of(const layer &l, std::size_t i) const { return m_.tensors[at(l.inputs.at(i))].type; }

  integers input(const layer &l, const std::vector<std::vector<double>> &inputs) const {
    const auto position = std::find(m_.inputs.begin(), m_.inputs.end(), l.output) - m_.inputs.begin();
    integers result;
    for (const double x : inputs.at(at(position))) result.push_back(assign(x, m_.tensors[at(l.output)].type));
    return result;
  }

  /// Weights times a vector whose entry i is x(i), on the accumulator's grid.
  template <class X>
  void multiply(const layer &l, X x, int64_t *out, int64_t stride) const {
    const weight_matrix &w = l.weights;
    const int products = type_of(l, 0).fraction() + w.type.fraction();
    for (int64_t o = 0; o < w.outputs; ++o) {
      int64_t sum = 0;
      for (int64_t i = 0; i < w.inputs; ++i) sum += x(i) * w.at(i, o);
      sum <<= l.accumulator.fraction() - products;
      if (!w.bias.empty()) sum += w.bias[at(o)] << (l.accumulator.fraction() - w.bias_type.fraction());
      out[o * stride] = sum;
    }
  }

  /// The flat index in [C][H][W] that entry (row, column, channel) of a window reads; -1: padding.
  static int64_t source(const window &g, int64_t y, int64_t x, int64_t row, int64_t column, int64_t channel) {
    const int64_t h = y * g.stride_height + row - g.pad_top, w = x * g.stride_width + column - g.pad_left;
    return h < 0 || h >= g.height || w < 0 || w >= g.width ? -1 : (channel * g.height + h) * g.width + w;
  }

  integers conv(const layer &l) const {
    const window &g = l.geometry;
    const integers &x = in(l, 0);
    integers result(at(g.out_channels * g.out_height * g.out_width));
    for (int64_t r = 0; r < g.out_height; ++r)
      for (int64_t c = 0; c < g.out_width; ++c)
        multiply(
            l,
            [&](int64_t i) {
              const int64_t channel = i % g.channels, tap = i / g.channels;
              const int64_t from = source(g, r, c, tap / g.kernel_width, tap % g.kernel_width, channel);
              return from < 0 ? 0 : x[at(from)];
            },
            result.data() + r * g.out_width + c, g.out_height * g.out_width);
    return result;
  }

  integers pool(const layer &l) const {
    const window &g = l.geometry;
    const integers &x = in(l, 0);
    integers result;
    for (int64_t channel = 0; channel < g.channels; ++channel)
      for (int64_t r = 0; r < g.out_height; ++r)
        for (int64_t c = 0; c < g.out_width; ++c) {
          integers seen;
          for (int64_t row = 0; row < g.kernel_height; ++row)
            for (int64_t column = 0; column < g.kernel_width; ++column)
              if (const int64_t from = source(g, r, c, row, column, channel); from >= 0) seen.push_back(x[at(from)]);
          result.push_back(collected(seen, l.kind == layer_kind::max_pool));
        }
    return result;
  }

  static int64_t collected(const integers &seen, bool largest) {
    if (largest) return *std::max_element(seen.begin(), seen.end());
    int64_t sum = 0;
    for (const int64_t n : seen) sum += n;
    return sum;
  }

  integers reduce(const layer &l) const {
    const integers &x = in(l, 0);
    integers result;
    for (int64_t o = 0; o < l.outer; ++o)
      for (int64_t i = 0; i < l.inner; ++i) {
        integers seen;
        for (int64_t c = 0; c < l.count; ++c) seen.push_back(x[at((o * l.count + c) * l.inner + i)]);
        result.push_back(collected(seen, l.kind == layer_kind::reduce_max));
      }
    return result;
  }

  integers matmul(const layer &l) const {
    const integers &a = in(l, 0), &b = in(l, 1);
    integers result;
    for (int64_t t = 0; t < l.batch; ++t)
      for (int64_t i = 0; i < l.m; ++i)
        for (int64_t j = 0; j < l.n; ++j) {
          int64_t sum = 0;
          for (int64_t k = 0; k < l.k; ++k) sum += a[at((t * l.m + i) * l.k + k)] * b[at((t * l.k + k) * l.n + j)];
          result.push_back(sum);
        }
    return result;
  }

  integers softmax(const layer &l) const {
    const integers &x = in(l, 0);
    const fixed_type &type = l.accumulator;
    integers result;
    for (int64_t row = 0; row < l.rows; ++row) {
      const auto first = x.begin() + row * l.count, last = first + l.count;
      const int64_t largest = *std::max_element(first, last);
      int64_t sum = 0;
      for (auto n = first; n != last; ++n) sum += l.table.at(at(largest - *n));
      for (auto n = first; n != last; ++n) result.push_back(softmax_value(l.table.at(at(largest - *n)), sum, type));
    }
    return result;
  }

  integers operation(const layer &l) const {
    const integers &x = in(l, 0);
    integers result;
    const auto shifted = [&](std::size_t i, int64_t n) {
      return n << (l.accumulator.fraction() - type_of(l, i).fraction());
    };
    switch (l.kind) {
      case layer_kind::input: break;
      case layer_kind::dense:
        result.resize(at(l.rows * l.weights.outputs));
        for (int64_t r = 0; r < l.rows; ++r)
          multiply(
              l, [&](int64_t i) { return x[at(r * l.weights.inputs + i)]; }, result.data() + r * l.weights.outputs, 1);
        break;
      case layer_kind::conv: return conv(l);
      case layer_kind::max_pool:
      case layer_kind::sum_pool: return pool(l);
      case layer_kind::reduce_sum:
      case layer_kind::reduce_max: return reduce(l);
      case layer_kind::matmul: return matmul(l);
      case layer_kind::add:
        for (std::size_t i = 0; i < x.size(); ++i)
          result.push_back(l.negative ? shifted(0, x[i]) - shifted(1, in(l, 1)[i])
                                      : shifted(0, x[i]) + shifted(1, in(l, 1)[i]));
        break;
      case layer_kind::concat:
        for (int64_t o = 0; o < l.outer; ++o)
          for (std::size_t i = 0; i < l.inputs.size(); ++i)
            for (int64_t j = 0; j < l.blocks[i]; ++j) result.push_back(shifted(i, in(l, i)[at(o * l.blocks[i] + j)]));
        break;
      case layer_kind::transpose:
        for (const int64_t from : l.map) result.push_back(x[at(from)]);
        break;
      case layer_kind::table:
        for (const int64_t n : x) result.push_back(l.table.at(at(n - l.table_low)));
        break;
      case layer_kind::softmax: return softmax(l);
      case layer_kind::pointwise: return x;
    }
    return result;
  }

  /// The steps; gives the fraction of the result.
  int apply(const layer &l, integers &values) const {
    int fraction = l.accumulator.fraction();
    for (const pointwise &step : l.steps) {
      for (int64_t &n : values) switch (step.what) {
          case pointwise::op::relu: n = std::max<int64_t>(n, 0); break;
          case pointwise::op::leaky_relu: n = n > 0 ? n << step.bits : n; break;
          case pointwise::op::quantize: n = assign(n, fraction, step.type); break;
        }
      fraction = step.type.fraction();
    }
    return fraction;
  }

  /// The proofs hold.
  void check(const layer &l, const integers &values, int fraction) const {
    const tensor &t = m_.tensors[at(l.output)];
    if (fraction != t.type.fraction() || static_cast<int64_t>(values.size()) != t.size)
      throw failure(NAC_INTERNAL, "layer " + l.name + " gives another grid or size than its tensor has");
    for (const int64_t n : values)
      if (n < t.range.low || n > t.range.high || n < t.type.lowest() || n > t.type.highest())
        throw failure(NAC_INTERNAL, "layer " + l.name + " gives " + std::to_string(n) + ", proven were " +
                                        std::to_string(t.range.low) + " to " + std::to_string(t.range.high));
  }

  const model &m_;
  std::vector<integers> values_;
};

}  // namespace

std::vector<std::vector<int64_t>> evaluate_all(const model &m, const std::vector<std::vector<double>> &inputs) {
  return evaluation(m, inputs).take();
}

std::vector<std::vector<int64_t>> evaluate(const model &m, const std::vector<std::vector<double>> &inputs) {
  const std::vector<integers> all = evaluate_all(m, inputs);
  std::vector<integers> outputs;
  for (const int t : m.outputs) outputs.push_back(all[at(t)]);
  return outputs;
}

}  // namespace nac::hls
