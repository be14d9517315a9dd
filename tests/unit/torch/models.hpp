// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.hpp"
#include "graph/samples.hpp"

namespace test {

using nac::fw::Attribute;
using nac::fw::Graph;
using nac::fw::Shape;
using nac::fw::Tensor;
using nac::fw::ValueId;

/// Standard normal values of a stream of their own.
Tensor random_tensor(const Shape &shape, uint64_t key, double scale = 1);
/// Labels 0 to classes - 1.
Tensor random_labels(int64_t count, int64_t classes, uint64_t key);

/// Layers in the form in which the plugins' graph builder makes them.
struct Builder {
  Graph graph;

  ValueId input(const std::string &name, Shape shape, nac::fw::DType dtype = nac::fw::DType::f32);
  ValueId parameter(const std::string &name, const Shape &shape, double scale = 0.5);
  ValueId node(const std::string &op, const std::vector<ValueId> &inputs, std::map<std::string, Attribute> a = {});
  ValueId ints(const std::vector<int64_t> &values);
  ValueId linear(const std::string &name, ValueId x, int64_t out);
  ValueId conv(const std::string &name, ValueId x, int64_t out, int64_t kernel, int64_t padding = 0);
  ValueId batch_norm(const std::string &name, ValueId x);
  ValueId batch_norm_last(const std::string &name, ValueId x);
  /// Adds a target and the mean of squared differences, or of the cross entropy.
  ValueId squared_error(ValueId prediction);
  ValueId cross_entropy(ValueId scores);
};

/// 3x3 and 1x1 convolutions, batch normalizations, dense layers; 2 outputs; input [N, 1, 7, 7].
ValueId small_cnn(Builder &b);
/// A layer per set element with normalization, mean over the set, a classifier; input [N, 6, 3], 4 classes.
ValueId small_deep_set(Builder &b);

}  // namespace test
