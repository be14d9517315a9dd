// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <fstream>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "models.hpp"
#include "tested_engine.hpp"

using namespace nac::fw;
using test::Builder;
using test::random_tensor;

TEST_CASE("the engine says what it runs on") {
  const EngineInfo info = test::tested_engine().info();
  CHECK(info.name == (test::torch_is_tested() ? "torch" : "fused"));
  CHECK_FALSE(info.version.empty());
  CHECK(info.blas.empty() != test::torch_is_tested());  // the fused engine has no use for one
  CHECK(info.reference_blas == (info.blas.rfind("reference", 0) == 0));
  REQUIRE_FALSE(info.devices.empty());
  CHECK(info.devices[0] == "cpu");
  // The claim is about the library that is really mapped.
  std::ifstream maps("/proc/self/maps");
  const std::string text{std::istreambuf_iterator<char>(maps), {}};
  if (info.blas.rfind("OpenBLAS", 0) == 0) CHECK(text.find("openblas") != std::string::npos);
  CHECK(&test::tested_engine() == &test::tested_engine());
}

TEST_CASE("forward does not depend on the batch size") {
  Builder b;
  test::small_deep_set(b);
  initialize(b.graph, 1);
  const std::vector<Tensor> inputs{random_tensor({37, 6, 3}, 1)};
  const std::vector<Tensor> whole = test::tested_engine().forward(b.graph, inputs, 100, "cpu");
  const std::vector<Tensor> parts = test::tested_engine().forward(b.graph, inputs, 10, "auto");
  REQUIRE(whole.size() == 1);
  REQUIRE(whole[0].shape() == Shape{37, 4});
  for (int64_t i = 0; i < whole[0].elements(); ++i)
    CHECK(whole[0].data<float>()[i] == Approx(parts.at(0).data<float>()[i]).epsilon(1e-5).margin(1e-6));
}

TEST_CASE("forward of a graph with a loss needs no targets") {
  Builder b;
  b.cross_entropy(test::small_deep_set(b));
  initialize(b.graph, 1);
  CHECK(test::tested_engine().forward(b.graph, {random_tensor({4, 6, 3}, 1)}, 4, "cpu").at(0).shape() == Shape{4, 4});
  CHECK_THROWS_AS(test::tested_engine().forward(b.graph, {random_tensor({4, 6, 2}, 1)}, 4, "cpu"), Error);
  CHECK_THROWS_AS(test::tested_engine().forward(b.graph, {}, 4, "cpu"), Error);
  CHECK_THROWS_AS(test::tested_engine().forward(b.graph, {random_tensor({4, 6, 3}, 1)}, 0, "cpu"), Error);
}

TEST_CASE("gradients change nothing") {
  Builder b;
  const ValueId loss = b.cross_entropy(test::small_deep_set(b));
  initialize(b.graph, 1);
  Samples batch;
  batch.inputs = {random_tensor({9, 6, 3}, 1)};
  batch.targets = {test::random_labels(9, 4, 2)};
  double first = 0, second = 0;
  const auto a = test::tested_engine().gradients(b.graph, loss, batch, &first);
  const auto c = test::tested_engine().gradients(b.graph, loss, batch, &second);
  CHECK(first == second);
  CHECK(a == c);
  CHECK(a.size() == 12);
}

TEST_CASE("a Quant whose scale is computed from data is refused") {
  Builder b;
  const ValueId x = b.input("x", {4});
  const ValueId scale = b.parameter("s", {1});
  const ValueId zero = b.graph.add_constant("z", Tensor::of({1}, std::vector<float>{0}));
  const ValueId bits = b.graph.add_constant("b", Tensor::of({1}, std::vector<float>{4}));
  const NodeId quant = b.graph.add_node(NAC_DOMAIN_QONNX, "Quant", {x, scale, zero, bits}, {});
  b.graph.add_output("y", b.graph.node(quant).outputs[0]);
  initialize(b.graph, 1);
  CHECK_THROWS_WITH(test::tested_engine().forward(b.graph, {random_tensor({2, 4}, 1)}, 4, "cpu"),
                    Catch::Matchers::Contains("scale 's' is neither a constant nor "));
}
