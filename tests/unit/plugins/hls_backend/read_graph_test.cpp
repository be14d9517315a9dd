// SPDX-License-Identifier: Apache-2.0
//
// Graphs in deployed form, read by the backend and by the host's integer evaluator: the same integers.
#include "hls_backend/model/read_graph.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <random>

#include "fixed/integer_model.hpp"
#include "graph/graph.hpp"
#include "hls_backend/model/evaluate.hpp"
#include "sample_models.hpp"
#include "services/graph_service.hpp"
#include "services/host.hpp"

using namespace nac::hls;
using Catch::Contains;

namespace {

struct Fixture {
  nac::fw::Host host;
  nac::fw::Graph graph;
  nac::graph_view g{nac::fw::to_abi(&graph)};
  std::mt19937_64 random{3};

  Fixture() { nac::host().attach(host.get()); }
  ~Fixture() { nac::host().detach(); }

  nac_value scalar(float value) { return g.constant("", std::vector<float>{value}, {1}); }
  nac_value quant(nac_value x, int width, int fraction, bool is_signed = true, const char *rounding = "ROUND",
                  bool narrow = false, const char *overflow = "SAT") {
    return g.node("Quant", {x, scalar(std::ldexp(1.0F, -fraction)), scalar(0), scalar(static_cast<float>(width))},
                  {{"signed", int64_t{is_signed}},
                   {"narrow", int64_t{narrow}},
                   {"rounding_mode", rounding},
                   {"overflow_mode", overflow}},
                  NAC_DOMAIN_QONNX);
  }
  /// Integers of `width` bits on the grid of one fraction, or of one for each entry of `axis`.
  nac_value weight(const std::string &name, const std::vector<int64_t> &shape, int width, std::vector<int> fractions,
                   std::size_t axis = 0) {
    int64_t count = 1, stride = 1;
    for (const int64_t d : shape) count *= d;
    for (std::size_t i = axis + 1; i < shape.size(); ++i) stride *= shape[i];
    std::uniform_int_distribution<int64_t> n(-(int64_t{1} << (width - 1)) + 1, (int64_t{1} << (width - 1)) - 1);
    std::vector<float> data;
    for (int64_t i = 0; i < count; ++i) {
      const std::size_t channel = fractions.size() == 1 ? 0 : static_cast<std::size_t>(i / stride % shape[axis]);
      data.push_back(std::ldexp(static_cast<float>(n(random)), -fractions[channel]));
    }
    std::vector<float> scales;
    for (const int f : fractions) scales.push_back(std::ldexp(1.0F, -f));
    std::vector<int64_t> scale_shape{1};
    if (fractions.size() > 1) {
      scale_shape.assign(shape.size(), 1);
      scale_shape[axis] = shape[axis];
    }
    const nac_value w = g.constant(name, data, shape);
    return g.node("Quant", {w, g.constant("", scales, scale_shape), scalar(0), scalar(static_cast<float>(width))},
                  {{"signed", int64_t{1}}, {"narrow", int64_t{1}}, {"rounding_mode", "ROUND"}}, NAC_DOMAIN_QONNX);
  }

  /// Both evaluations of every output on corner and random samples.
  void compare() {
    for (const nac_value v : g.outputs()) INFO(g.name(v));
    const model m = read_graph(g, options());
    const nac::fw::IntegerModel integers(graph);
    const auto samples = hls_tests::samples_for(m, 64);
    std::vector<nac::fw::Tensor> inputs;
    for (std::size_t i = 0; i < m.inputs.size(); ++i) {
      nac::fw::Shape shape = graph.value(graph.inputs()[i]).shape;
      shape[0] = static_cast<int64_t>(samples.size());
      nac::fw::Tensor t(nac::fw::DType::f32, shape);
      float *out = t.mutable_data<float>();
      for (const auto &sample : samples)
        for (const double x : sample[i]) *out++ = static_cast<float>(x);
      inputs.push_back(std::move(t));
    }
    const std::vector<nac::fw::IntegerTensor> expected = integers.integers(inputs);
    REQUIRE(expected.size() == m.outputs.size());
    int64_t compared = 0, unlike_zero = 0;
    for (std::size_t s = 0; s < samples.size(); ++s) {
      std::vector<std::vector<double>> rounded = samples[s];
      for (auto &input : rounded)
        for (double &x : input) x = static_cast<double>(static_cast<float>(x));
      const auto got = evaluate(m, rounded);
      for (std::size_t o = 0; o < got.size(); ++o) {
        const nac::fw::IntegerTensor &e = expected[o];
        const int own = m.tensors[static_cast<std::size_t>(m.outputs[o])].type.fraction();
        int64_t inner = 1;
        for (std::size_t d = e.channel_axis + 1; d < e.shape.size(); ++d) inner *= e.shape[d];
        for (std::size_t i = 0; i < got[o].size(); ++i) {
          const std::size_t flat = s * got[o].size() + i;
          const std::size_t channel = e.fraction.size() == 1 ? 0
                                                             : flat / static_cast<std::size_t>(inner) %
                                                                   static_cast<std::size_t>(e.shape[e.channel_axis]);
          const double want = std::ldexp(static_cast<double>(e.data[flat]), -e.fraction[channel]);
          REQUIRE(std::ldexp(static_cast<double>(got[o][i]), -own) == want);
          ++compared;
          unlike_zero += want != 0 ? 1 : 0;
        }
      }
    }
    CHECK(unlike_zero * 4 > compared);  // nothing was compared in vain
  }
};

}  // namespace

TEST_CASE("a deep set with scales of its own for each channel") {
  Fixture f;
  auto &g = f.g;
  nac_value x = f.quant(g.input("x", {4, 3}), 8, 4);
  x = g.node("MatMul", {x, f.weight("phi.weight", {3, 5}, 6, {3, 4, 5, 6, 4}, 1)});
  x = g.node("Add", {x, f.quant(g.constant("phi.bias", std::vector<float>{0.5F, -1, 2, 0, 1}, {5}), 12, 7)});
  x = f.quant(g.node("LeakyRelu", {x}, {{"alpha", 0.0078125F}}), 8, 3, true, "AP_RND");
  const nac_value mean = g.node("ReduceMean", {x}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", 0}});
  const nac_value largest = g.node("ReduceMax", {x}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", 0}});
  x = f.quant(g.node("Concat", {mean, largest}, {{"axis", int64_t{1}}}), 9, 4, true, "FLOOR", false, "WRAP");
  g.output("y", g.node("Gemm", {x, f.weight("rho.weight", {3, 10}, 5, {4})}, {{"transB", int64_t{1}}}));
  f.compare();
}

TEST_CASE("a narrow weight whose channels share one grid keeps its lowest integer") {
  Fixture f;
  auto &g = f.g;
  // In eighths -2 is -16, the lowest integer of five bits, which a symmetric type does not have.
  const nac_value x = f.quant(g.input("x", {1}), 4, 2);
  const nac_value w = g.constant("fc.weight", std::vector<float>{-2, 0.875F}, {2, 1});
  const nac_value scales = g.constant("", std::vector<float>{1, 0.125F}, {2, 1});
  const nac_value q =
      g.node("Quant", {w, scales, f.scalar(0), f.scalar(4)},
             {{"signed", int64_t{1}}, {"narrow", int64_t{1}}, {"rounding_mode", "ROUND"}}, NAC_DOMAIN_QONNX);
  g.output("y", g.node("Gemm", {x, q}, {{"transB", int64_t{1}}}));
  const model m = read_graph(g, options());
  const weight_matrix &read = m.layers[1].weights;
  CHECK(read.values == std::vector<int64_t>{-16, 7});
  for (const int64_t n : read.values) CHECK(assign(n, read.type.fraction(), read.type) == n);
  CHECK(read.type.width == 5);
  f.compare();
}

TEST_CASE("convolutions, pooling, padding, flattening") {
  Fixture f;
  auto &g = f.g;
  nac_value x = f.quant(g.input("x", {2, 6, 5}), 8, 6);
  x = g.node("Conv", {x, f.weight("conv0.weight", {3, 2, 3, 2}, 5, {4, 3, 5})},
             {{"kernel_shape", std::vector<int64_t>{3, 2}},
              {"strides", std::vector<int64_t>{1, 2}},
              {"pads", std::vector<int64_t>{1, 0, 1, 1}}});
  x = f.quant(g.node("Relu", {x}), 8, 5, false, "HALF_DOWN");
  x = g.node("MaxPool", {x},
             {{"kernel_shape", std::vector<int64_t>{2, 2}}, {"pads", std::vector<int64_t>{0, 0, 1, 1}}});
  x = g.node("AveragePool", {x},
             {{"kernel_shape", std::vector<int64_t>{2, 1}}, {"strides", std::vector<int64_t>{2, 1}}});
  x = f.quant(g.flatten(x), 8, 4, true, "DOWN");
  const int64_t features = g.shape(x).at(1);
  g.output("y", g.node("Gemm", {x, f.weight("fc.weight", {features, 4}, 6, {5})}));
  f.compare();
}

TEST_CASE("attention over pixels with a residual") {
  Fixture f;
  auto &g = f.g;
  const nac_value x = f.quant(g.input("x", {3, 2, 2}), 8, 4);
  const auto part = [&](const std::string &name, std::vector<int64_t> perm) {
    nac_value y = g.node("Conv", {x, f.weight(name + ".weight", {2, 3, 1, 1}, 6, {4})},
                         {{"kernel_shape", std::vector<int64_t>{1, 1}}});
    y = g.reshape(f.quant(y, 8, 4), {2, 4});
    return perm.empty() ? y : g.transpose(y, perm);
  };
  const nac_value q = part("query", {0, 2, 1}), k = part("key", {}), v = part("value", {0, 2, 1});
  nac_value s = f.quant(g.node("MatMul", {q, k}), 8, 3);
  s = f.quant(g.node("Softmax", {s}, {{"axis", int64_t{-1}}}), 8, 8, false);
  nac_value y = f.quant(g.node("MatMul", {s, v}), 8, 4);
  y = g.reshape(g.transpose(y, {0, 2, 1}), {2, 2, 2});
  y = g.node("Conv", {y, f.weight("out.weight", {3, 2, 1, 1}, 6, {4})}, {{"kernel_shape", std::vector<int64_t>{1, 1}}});
  y = g.node("Relu", {g.node("Add", {x, f.quant(y, 8, 4)})});
  g.output("y", f.quant(y, 8, 4, false));
  f.compare();
}

TEST_CASE("tables, a softmax over another axis, differences, several outputs") {
  Fixture f;
  auto &g = f.g;
  const nac_value a = f.quant(g.input("a", {3, 4}), 7, 4), b = f.quant(g.input("b", {3, 4}), 9, 5, true, "HALF_UP");
  const nac_value d = f.quant(g.node("Sub", {a, b}), 9, 4);
  g.output("tanh", f.quant(g.node("Tanh", {d}), 10, 9));
  g.output("gelu", f.quant(g.node("Gelu", {d}), 12, 6));
  g.output("sigmoid", f.quant(g.node("Sigmoid", {d}), 12, 11, false, "FLOOR"));
  g.output("softmax", f.quant(g.node("Softmax", {d}, {{"axis", int64_t{1}}}), 10, 9, false));
  g.output("same", g.reshape(d, {12}));
  f.compare();
}

TEST_CASE("what cannot be built is refused by the name of its node") {
  Fixture f;
  auto &g = f.g;
  SECTION("an unquantized layer") {
    g.output("y", g.linear("fc", f.quant(g.input("x", {3}), 8, 4), 2));
    nac::fw::initialize(f.graph, 1);
    CHECK_THROWS_WITH(read_graph(g, options()), Contains("Gemm") && Contains("'fc.weight' has no Quant"));
    CHECK_NOTHROW(assume_quantized(g, options()));
  }
  SECTION("an unquantized input") {
    g.output("y", g.node("Relu", {g.input("x", {3})}));
    CHECK_THROWS_WITH(read_graph(g, options()), Contains("Relu") && Contains("input 'x' without a Quant"));
  }
  SECTION("an operator without hardware") {
    const nac_value x = f.quant(g.input("x", {3}), 8, 4);
    g.output("y", g.node("Div", {x, x}));
    CHECK_THROWS_WITH(read_graph(g, options()), Contains("Div") && Contains("no hardware"));
    CHECK(why_not(g, g.producer(g.outputs()[0])).has_value());
  }
  SECTION("a mean over three") {
    const nac_value x = f.quant(g.input("x", {3, 2}), 8, 4);
    g.output("y", g.node("ReduceMean", {x}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", 0}}));
    CHECK_THROWS_WITH(read_graph(g, options()), Contains("ReduceMean") && Contains("averages 3"));
  }
}

TEST_CASE("a float network is read at the assumed width") {
  Fixture f;
  auto &g = f.g;
  nac_value x = g.activate(nac::activation::leaky_relu, g.batch_norm("norm", g.linear("fc0", g.input("x", {5}), 4)));
  g.output("y", g.linear("fc1", x, 2));
  nac::fw::initialize(f.graph, 1);
  options how;
  how.assumed_bits = 6;
  const model m = assume_quantized(g, how);
  REQUIRE(m.layers.size() == 3);
  CHECK(m.layers[1].weights.type.width == 6);
  CHECK(m.tensors[static_cast<std::size_t>(m.layers[2].inputs[0])].type.width == 6);
}
