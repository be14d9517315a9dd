// SPDX-License-Identifier: Apache-2.0
#include "models.hpp"

#include <cmath>

#include "nac/cpp/rng.hpp"

namespace test {

using nac::fw::DType;
using nac::fw::Init;

Tensor random_tensor(const Shape &shape, uint64_t key, double scale) {
  Tensor t(DType::f32, shape);
  nac::rng random(key);
  auto *data = t.mutable_data<float>();
  for (int64_t i = 0; i < t.elements(); ++i) data[i] = static_cast<float>(scale * random.normal());
  return t;
}

Tensor random_labels(int64_t count, int64_t classes, uint64_t key) {
  Tensor t(DType::i64, {count});
  nac::rng random(key);
  auto *data = t.mutable_data<int64_t>();
  for (int64_t i = 0; i < count; ++i) data[i] = static_cast<int64_t>(random.below(static_cast<uint64_t>(classes)));
  return t;
}

ValueId Builder::input(const std::string &name, Shape shape, DType dtype) {
  shape.insert(shape.begin(), -1);
  return graph.add_input(name, dtype, shape);
}

ValueId Builder::parameter(const std::string &name, const Shape &shape, double scale) {
  return graph.add_parameter(name, shape, Init{NAC_INIT_UNIFORM, scale});
}

ValueId Builder::node(const std::string &op, const std::vector<ValueId> &inputs, std::map<std::string, Attribute> a) {
  return graph.node(graph.add_node("", op, inputs, std::move(a))).outputs.at(0);
}

ValueId Builder::ints(const std::vector<int64_t> &values) {
  return graph.add_constant("", Tensor::of(Shape{static_cast<int64_t>(values.size())}, values));
}

ValueId Builder::linear(const std::string &name, ValueId x, int64_t out) {
  const Shape shape = graph.value(x).shape;
  const int64_t in = shape.back();
  const double bound = 1 / std::sqrt(static_cast<double>(in));
  if (shape.size() == 2) {
    const ValueId w = parameter(name + ".weight", {out, in}, bound), b = parameter(name + ".bias", {out}, bound);
    return node("Gemm", {x, w, b}, {{"transB", int64_t{1}}});
  }
  const ValueId w = parameter(name + ".weight", {in, out}, bound), b = parameter(name + ".bias", {out}, bound);
  return node("Add", {node("MatMul", {x, w}), b});
}

ValueId Builder::conv(const std::string &name, ValueId x, int64_t out, int64_t kernel, int64_t padding) {
  const int64_t in = graph.value(x).shape.at(1);
  const double bound = 1 / std::sqrt(static_cast<double>(in * kernel * kernel));
  const ValueId w = parameter(name + ".weight", {out, in, kernel, kernel}, bound);
  const ValueId b = parameter(name + ".bias", {out}, bound);
  return node("Conv", {x, w, b},
              {{"kernel_shape", std::vector<int64_t>{kernel, kernel}},
               {"pads", std::vector<int64_t>{padding, padding, padding, padding}}});
}

ValueId Builder::batch_norm(const std::string &name, ValueId x) {
  const int64_t c = graph.value(x).shape.at(1);
  // Not the usual ones and zeros: a mistaken operand must show.
  const ValueId weight = parameter(name + ".weight", {c}, 1), bias = parameter(name + ".bias", {c}, 1);
  Tensor mean = random_tensor({c}, 900), variance = random_tensor({c}, 901);
  for (int64_t i = 0; i < c; ++i) variance.mutable_data<float>()[i] = 0.5F + std::abs(variance.data<float>()[i]);
  return node("BatchNormalization",
              {x, weight, bias, graph.add_constant(name + ".running_mean", mean),
               graph.add_constant(name + ".running_var", variance)},
              {{"epsilon", 1e-5F}, {"momentum", 0.9F}});
}

ValueId Builder::batch_norm_last(const std::string &name, ValueId x) {
  const std::vector<int64_t> perm{0, 2, 1};
  return node("Transpose", {batch_norm(name, node("Transpose", {x}, {{"perm", perm}}))}, {{"perm", perm}});
}

ValueId Builder::squared_error(ValueId prediction) {
  Shape shape = graph.value(prediction).shape;
  shape.erase(shape.begin());
  const ValueId difference = node("Sub", {prediction, input("target", shape)});
  return node("ReduceMean", {node("Mul", {difference, difference})}, {{"keepdims", int64_t{0}}});
}

ValueId Builder::cross_entropy(ValueId scores) {
  return node("SoftmaxCrossEntropyLoss", {scores, input("target", {}, DType::i64)});
}

ValueId small_cnn(Builder &b) {
  ValueId x = b.input("x", {1, 7, 7});
  x = b.node("Relu", {b.batch_norm("bn1", b.conv("conv1", x, 6, 3))});
  x = b.node("LeakyRelu", {b.conv("conv2", x, 4, 1)}, {{"alpha", 0.0078125F}});
  x = b.node("Flatten", {x});
  x = b.node("Gelu", {b.batch_norm("bn2", b.linear("fc1", x, 8))});
  x = b.linear("fc2", x, 2);
  b.graph.add_output("y", x);
  return x;
}

ValueId small_deep_set(Builder &b) {
  ValueId x = b.input("x", {6, 3});
  x = b.node("Relu", {b.batch_norm_last("phi.bn1", b.linear("phi.fc1", x, 8))});
  x = b.node("Tanh", {b.linear("phi.fc2", x, 8)});
  x = b.node("ReduceMean", {x}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}});
  x = b.node("Relu", {b.batch_norm("rho.bn1", b.linear("rho.fc1", x, 8))});
  x = b.linear("rho.fc2", x, 4);
  b.graph.add_output("scores", x);
  return x;
}

}  // namespace test
