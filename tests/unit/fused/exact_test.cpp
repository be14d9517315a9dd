// SPDX-License-Identifier: Apache-2.0
// Networks whose sums float32 does not hold, and tables, against the integers of the deployed form.
#include <catch2/catch.hpp>
#include <cstring>

#include "../fixed/quantized_net.hpp"
#include "base/error.hpp"
#include "fixed/deploy.hpp"
#include "fixed/integer_model.hpp"
#include "fused/fused_engine.hpp"

using namespace nac::fw;
using nac::fw::testing::QuantizedNet;

namespace {

constexpr int kRows = 300;
const Shape kSwapped{0, 2, 1};

ValueId last_mean(QuantizedNet &net, ValueId x, const char *op = "ReduceMean") {
  return net.node(op, {x}, {{"axes", std::vector<int64_t>{2}}, {"keepdims", int64_t{0}}});
}

/// Outputs of both; how many bits of pattern differ.
long differences(QuantizedNet &net, ValueId input, float range = 10) {
  const Tensor samples = net.rows(input, kRows, range, 10);
  const Tensor expected = IntegerModel(deploy(net.graph)).run({samples}).at(0);
  const Tensor found = fused_engine().forward(net.graph, {samples}, 64, "cpu").at(0);
  REQUIRE(found.elements() == expected.elements());
  long wrong = 0;
  for (int64_t i = 0; i < found.elements(); ++i)
    wrong += std::memcmp(found.data<float>() + i, expected.data<float>() + i, sizeof(float)) != 0;
  // Constants would prove nothing.
  CHECK(std::count(expected.data<float>(), expected.data<float>() + expected.elements(), expected.data<float>()[0]) <
        expected.elements() / 2);
  return wrong;
}

}  // namespace

TEST_CASE("a sum of values on distant grids, through Relu, Transpose and mean, to a quantizer") {
  for (const char *op : {"Add", "Sub"}) {
    QuantizedNet net(31);
    const ValueId input = net.input({6, 8});
    const ValueId x = net.quant(input, {20, 10});
    const ValueId fine = net.quant(net.dense("a", x, 8, 16, 12), {20, 22, true, false, "FLOOR"});
    const ValueId coarse = net.quant(net.dense("b", x, 8, 16, 15), {20, 8});
    const ValueId sum = net.node("Relu", {net.node(op, {coarse, fine})});
    const ValueId mean = last_mean(net, net.node("Transpose", {sum}, {{"perm", kSwapped}}), "ReduceSum");
    net.graph.add_output("y", net.quant(mean, {22, 12, true, false, "AP_RND"}));
    CHECK(differences(net, input) == 0);
  }
}

TEST_CASE("what a layer of many bits gives, through operators without a quantizer between them") {
  QuantizedNet net(32);
  const ValueId input = net.input({40});
  const ValueId x = net.quant(input, {18, 12});
  const ValueId a = net.node("LeakyRelu", {net.dense("a", x, 16, 16, 15)}, {{"alpha", 0.25F}});
  const ValueId b = net.node("Reshape", {a, net.graph.add_constant("", Tensor::of<int64_t>({3}, {-1, 4, 4}))});
  net.graph.add_output("y", net.quant(last_mean(net, b), {24, 13, true, false, "FLOOR"}));
  CHECK(differences(net, input) == 0);
}

TEST_CASE("a layer reads a sum that float32 does not hold") {
  QuantizedNet net(33);
  const ValueId input = net.input({24});
  const ValueId x = net.quant(input, {16, 10});
  const ValueId fine = net.quant(net.dense("a", x, 12, 12, 11), {16, 20});
  const ValueId coarse = net.quant(net.dense("b", x, 12, 12, 11), {16, 6});
  const ValueId hidden = net.quant(net.dense("c", net.node("Add", {coarse, fine}), 9, 12, 11), {24, 16});
  net.graph.add_output("y", net.dense("d", hidden, 5, 8, 7));
  CHECK(differences(net, input) == 0);
}

TEST_CASE("products of two activations that float32 does not hold") {
  QuantizedNet net(34);
  const ValueId input = net.input({6, 8});
  const ValueId x = net.quant(input, {16, 10});
  const ValueId a = net.quant(net.dense("a", x, 8, 8, 7), {16, 9});
  const ValueId turned = net.node("Transpose", {a}, {{"perm", kSwapped}});
  const ValueId product = net.quant(net.node("MatMul", {x, turned}), {24, 10, true, false, "FLOOR"});
  net.graph.add_output("y", net.quant(last_mean(net, net.node("MatMul", {product, product}), "ReduceMax"), {24, 4}));
  CHECK(differences(net, input) == 0);
}

TEST_CASE("tables of integers") {
  for (const char *op : {"Sigmoid", "Tanh", "Gelu", "Softmax"})
    for (const int width : {6, 16}) {
      QuantizedNet net(35);
      const ValueId input = net.input({7, 5});
      const ValueId x = net.node("Identity", {net.quant(input, {width, width / 2, true, false, "FLOOR"})});
      std::map<std::string, Attribute> attributes;
      if (std::string(op) == "Softmax") attributes["axis"] = int64_t{1};
      net.graph.add_output("y", net.quant(net.node(op, {x}, attributes), {14, 11, true, false, "AP_RND"}));
      INFO(op << ' ' << width);
      CHECK(differences(net, input, 4) == 0);
    }
}

TEST_CASE("quantizers and tables of too many bits are refused, naming them") {
  QuantizedNet net(36);
  const ValueId x = net.quant(net.input({4}), {26, 10});
  net.graph.add_output("y", net.dense("a", x, 3));
  const Tensor in = Tensor::of<float>({1, 4}, {1, 2, 3, 4});
  CHECK_THROWS_WITH(fused_engine().forward(net.graph, {in}, 64, "cpu"), Catch::Matchers::Contains("26 bits"));
  QuantizedNet wide(37);
  const ValueId y = wide.quant(wide.input({4}), {18, 10});
  wide.graph.add_output("y", wide.quant(wide.node("Tanh", {y}), {8, 6}));
  CHECK_THROWS_WITH(fused_engine().forward(wide.graph, {in}, 64, "cpu"), Catch::Matchers::Contains("18 bits"));
}
