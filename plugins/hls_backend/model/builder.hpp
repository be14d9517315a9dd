// SPDX-License-Identifier: Apache-2.0
//
// builder.hpp: makes models layer by layer, with the bounds, widths and checks that every model has.
#pragma once
#include <string>
#include <vector>

#include "hls_backend/model/model.hpp"

namespace nac::hls {

/// Tensors are given and returned by their index. Throws failure (NAC_UNSUPPORTED) naming the layer whose integers do
/// not fit.
class model_builder {
 public:
  explicit model_builder(options how) { model_.how = std::move(how); }

  const tensor &at(int t) const { return model_.tensors.at(static_cast<std::size_t>(t)); }

  int input(const std::string &name, const std::vector<int64_t> &shape, const fixed_type &type);
  /// `x` has rows * w.inputs elements.
  int dense(const std::string &name, int x, int64_t rows, weight_matrix w);
  int conv(const std::string &name, int x, const window &geometry, weight_matrix w);
  int max_pool(const std::string &name, int x, const window &geometry);
  int sum_pool(const std::string &name, int x, const window &geometry, int point_shift);
  /// `kind`: reduce_sum or reduce_max, of [outer][count][inner].
  int reduce(const std::string &name, layer_kind kind, int x, int64_t outer, int64_t count, int64_t inner,
             int point_shift);
  int matmul(const std::string &name, int a, int b, int64_t batch, int64_t m, int64_t k, int64_t n);
  int add(const std::string &name, int a, int b, bool negative);
  int concat(const std::string &name, const std::vector<int> &parts, int64_t outer, const std::vector<int64_t> &blocks);
  int transpose(const std::string &name, int x, std::vector<int64_t> map);
  /// One entry for each n of x's range.
  int table(const std::string &name, int x, std::vector<int64_t> entries, const fixed_type &type);
  /// Over the last dimension of [rows][count]; the exponentials of its table are made here.
  int softmax(const std::string &name, int x, int64_t rows, int64_t count, const fixed_type &type);
  int relu(const std::string &name, int x);
  int leaky_relu(const std::string &name, int x, int bits);
  int quantize(const std::string &name, int x, const fixed_type &type);

  void output(int t) { model_.outputs.push_back(t); }
  /// What a graph calls a tensor and its dimensions without the batch.
  void describe(int t, const std::string &name, const std::vector<int64_t> &shape);

  /// Steps joined with what they follow, layers that no output needs removed, everything numbered, strategies and reuse
  /// factors chosen. Throws failure (NAC_INVALID_ARGUMENT) for options that are not legal for a layer.
  model finish();

 private:
  layer &append(const std::string &name, layer_kind kind, std::vector<int> inputs);
  /// Makes the layer's output from its accumulator's bounds.
  int close(layer &l, bounds range, int fraction, std::vector<int64_t> shape);
  int step(const std::string &name, int x, const pointwise &s);
  bounds product_bounds(const layer &l, bounds x, bool padded) const;

  model model_;
};

/// Implementation choices of `m.how` for every layer.
void choose_strategies(model &m);

/// The range of what `type` makes of the integers in `range`.
bounds assigned(bounds range, int fraction, const fixed_type &type);

}  // namespace nac::hls
