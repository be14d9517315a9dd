// SPDX-License-Identifier: Apache-2.0
//
// The loss of a training with a teacher, as the engine computes it, against the formulas.
#include "pipeline/local/distillation.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>

#include "engine/engine.hpp"
#include "tested_engine.hpp"

using namespace nac::fw;

namespace {

constexpr std::array<std::array<double, 3>, 2> kStudent{{{0.5, -1, 2}, {1, 1, -0.5}}};
constexpr std::array<std::array<double, 3>, 2> kTeacher{{{1, 0.25, 1.5}, {-2, 3, 0.5}}};

Tensor tensor_of(const std::array<std::array<double, 3>, 2> &rows) {
  std::vector<float> all;
  for (const auto &row : rows)
    for (const double v : row) all.push_back(static_cast<float>(v));
  return Tensor::of<float>({2, 3}, all);
}

/// Scores are the inputs times the unit matrix.
Graph student() {
  Graph g;
  const ValueId x = g.add_input("x", DType::f32, {-1, 3});
  const ValueId w = g.add_parameter("w", {3, 3}, {NAC_INIT_ZEROS, 0});
  g.set_data(w, Tensor::of<float>({3, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1}));
  g.add_output("y", g.node(g.add_node("", "MatMul", {x, w})).outputs[0]);
  return g;
}

TaskProxy::WithLoss classifier() {
  TaskProxy::WithLoss out{student(), 0};
  const ValueId label = out.graph.add_input("label", DType::i64, {-1});
  out.loss =
      out.graph.node(out.graph.add_node("", "SoftmaxCrossEntropyLoss", {out.graph.outputs()[0], label})).outputs[0];
  return out;
}

TaskProxy::WithLoss regression() {
  TaskProxy::WithLoss out{student(), 0};
  Graph &g = out.graph;
  const ValueId t = g.add_input("t", DType::f32, {-1, 3});
  const ValueId d = g.node(g.add_node("", "Sub", {g.outputs()[0], t})).outputs[0];
  const ValueId square = g.node(g.add_node("", "Mul", {d, d})).outputs[0];
  out.loss = g.node(g.add_node("", "ReduceMean", {square}, {{"keepdims", int64_t{0}}})).outputs[0];
  return out;
}

double value_of(const TaskProxy::WithLoss &loss, const Samples &batch) {
  double value = 0;
  test::tested_engine().gradients(loss.graph, loss.loss, batch, &value);
  return value;
}

std::array<double, 3> softmax(const std::array<double, 3> &scores, double temperature) {
  std::array<double, 3> p{};
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) sum += p[i] = std::exp(scores[i] / temperature);
  for (double &v : p) v /= sum;
  return p;
}

}  // namespace

TEST_CASE("A classifier learns from the teacher's softened classes") {
  const double share = 0.3, temperature = 2;
  const Samples batch{{tensor_of(kStudent)}, {Tensor::of<int64_t>({2}, {2, 0}), tensor_of(kTeacher)}};
  double entropy = 0, divergence = 0;
  const std::array<std::size_t, 2> label{2, 0};
  for (std::size_t n = 0; n < 2; ++n) {
    entropy -= std::log(softmax(kStudent[n], 1)[label[n]]) / 2;
    const auto p = softmax(kTeacher[n], temperature), q = softmax(kStudent[n], temperature);
    for (std::size_t i = 0; i < 3; ++i) divergence += p[i] * std::log(p[i] / q[i]) / 2;
  }
  const auto taught = with_teacher(classifier(), {share, temperature});
  taught.graph.check();
  CHECK(taught.graph.inputs().size() == 3);
  CHECK(value_of(taught, batch) ==
        Approx(share * temperature * temperature * divergence + (1 - share) * entropy).epsilon(1e-5));
}

TEST_CASE("Anything else learns from the squared distance to the teacher's outputs") {
  const Tensor target = Tensor::of<float>({2, 3}, {0, 0, 0, 1, 1, 1});
  double own = 0, distance = 0;
  for (std::size_t n = 0; n < 2; ++n)
    for (std::size_t i = 0; i < 3; ++i) {
      own += std::pow(kStudent[n][i] - static_cast<double>(n), 2) / 6;
      distance += std::pow(kStudent[n][i] - kTeacher[n][i], 2) / 6;
    }
  const Samples batch{{tensor_of(kStudent)}, {target, tensor_of(kTeacher)}};
  CHECK(value_of(with_teacher(regression(), {0.75, 3}), batch) == Approx(0.75 * distance + 0.25 * own).epsilon(1e-5));
  CHECK(value_of(with_teacher(regression(), {1, 3}), batch) == Approx(distance).epsilon(1e-5));
}
