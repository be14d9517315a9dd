// SPDX-License-Identifier: Apache-2.0
// What the engine evaluates is what integers give, to the last bit.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "integers.hpp"
#include "tested_engine.hpp"

namespace {

using namespace nac::fw;
using Catch::Matchers::Contains;

/// Random rows, and ones of all least, all greatest, ties and zeros.
Tensor adversarial(const Shape &sample, const test::Bits &bits, uint64_t key) {
  Shape shape = sample;
  shape.insert(shape.begin(), 24);
  Tensor t = test::random_tensor(shape, key, 2);
  float *x = t.mutable_data<float>();
  const int64_t width = t.elements() / 24;
  const float half = std::ldexp(1.0F, -bits.activation);
  for (int64_t i = 0; i < width; ++i) {
    x[i] = -1e9F;
    x[width + i] = 1e9F;
    x[2 * width + i] = i % 2 != 0 ? 1e9F : -1e9F;
    x[3 * width + i] = half * static_cast<float>(2 * (i % 9) - 9);
    x[4 * width + i] = 0;
    x[5 * width + i] = i % 2 != 0 ? -1e-40F : 1e-39F;
    for (int64_t row = 6; row < 10; ++row) x[row * width + i] = half * std::round(x[row * width + i] / half);
  }
  return t;
}

long different_bits(const Tensor &found, const std::vector<float> &expected) {
  REQUIRE(found.elements() == static_cast<int64_t>(expected.size()));
  long wrong = 0;
  for (std::size_t i = 0; i < expected.size(); ++i)
    wrong += std::memcmp(found.data<float>() + i, &expected[i], sizeof(float)) != 0;
  return wrong;
}

using Model = ValueId (*)(test::QuantBuilder &);

void check_model(Model model, const Shape &sample, const test::Bits &bits, uint64_t seed) {
  INFO("weights " << bits.weight << " activations " << bits.activation << ' ' << bits.rounding << ' ' << bits.overflow
                  << (bits.learned ? " learned" : "") << (bits.per_channel ? " per channel" : "") << " seed " << seed);
  test::QuantBuilder b(bits);
  model(b);
  test::initialize_quantized(b, seed);
  const Tensor x = adversarial(sample, bits, seed + 100);
  const std::vector<Tensor> found = test::tested_engine().forward(b.graph, {x}, 7, "cpu");
  const std::vector<float> expected = test::evaluate_integers(b.graph, x);
  CHECK(different_bits(found.at(0), expected) == 0);
  // A test that compares constants would prove nothing.
  CHECK(std::count(expected.begin(), expected.end(), expected[0]) < static_cast<long>(expected.size()) / 2);
}

}  // namespace

TEST_CASE("quantized networks give the integers' results") {
  uint64_t seed = 0;
  for (const int width : {4, 8, 16})
    for (const char *rounding : {"ROUND", "FLOOR", "AP_RND"})
      for (const bool learned : {false, true}) {
        test::Bits bits;
        bits.weight = bits.activation = width;
        bits.rounding = rounding;
        bits.learned = learned;
        bits.per_channel = seed % 2 == 0;
        bits.masks = width != 8;
        check_model(test::quantized_cnn, {1, 7, 7}, bits, ++seed);
        check_model(test::quantized_set, {8, 3}, bits, ++seed);
        check_model(test::quantized_pools, {1, 8, 8}, bits, ++seed);
      }
}

TEST_CASE("mixed widths, wrapping and the other roundings too") {
  uint64_t seed = 50;
  for (const char *rounding : {"HALF_UP", "HALF_DOWN", "DOWN"}) {
    test::Bits bits;
    bits.weight = 16;
    bits.activation = 6;
    bits.rounding = rounding;
    bits.overflow = seed % 2 == 0 ? "WRAP" : "SAT";
    check_model(test::quantized_cnn, {1, 7, 7}, bits, ++seed);
    check_model(test::quantized_set, {8, 3}, bits, ++seed);
  }
}

TEST_CASE("a deployed layer, whose bias has a Quant, gives the integers' results") {
  test::Bits bits;
  bits.masks = false;
  bits.fit = false;
  test::QuantBuilder b(bits);
  const ValueId x = b.quant("in", b.input("x", {5}), true, 6);
  const ValueId w = b.weight("fc", {3, 5}, 0), bias = b.parameter("fc.bias", {3});
  const NodeId q = b.graph.add_node(NAC_DOMAIN_QONNX, "Quant",
                                    {bias, b.scalar("s", std::ldexp(1.0F, -13)), b.scalar("z", 0), b.scalar("w", 24)});
  b.graph.add_output("y", b.node("Gemm", {x, w, b.graph.node(q).outputs[0]}, {{"transB", int64_t{1}}}));
  initialize(b.graph, 4);
  const Tensor in = adversarial({5}, bits, 9);
  CHECK(different_bits(test::tested_engine().forward(b.graph, {in}, 24, "cpu").at(0),
                       test::evaluate_integers(b.graph, in)) == 0);
}

TEST_CASE("sums beyond 2^24 steps stay exact") {
  test::Bits bits;
  bits.weight = bits.activation = 16;
  bits.masks = false;
  test::QuantBuilder b(bits);
  const ValueId x = b.quant("in", b.input("x", {700}), true, 10);
  b.graph.add_output("y", b.quant("out", b.gemm("fc", x, 5), true, 12));
  test::initialize_quantized(b, 3);
  const Tensor in = test::random_tensor({40, 700}, 5, 4);
  CHECK(different_bits(test::tested_engine().forward(b.graph, {in}, 40, "cpu").at(0),
                       test::evaluate_integers(b.graph, in)) == 0);
}

TEST_CASE("what cannot be quantized is refused, naming it") {
  test::QuantBuilder b{test::Bits{}};
  const ValueId x = b.input("x", {5});
  b.graph.add_output("y", b.gemm("fc", x, 3));
  initialize(b.graph, 1);
  CHECK_THROWS_WITH(test::tested_engine().forward(b.graph, {test::random_tensor({2, 5}, 1)}, 4, "cpu"),
                    Contains("input 'x' is used without a Quant"));
}
