// SPDX-License-Identifier: Apache-2.0
#include "graph/describe.hpp"

#include <catch2/catch.hpp>

#include "networks.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;

TEST_CASE("published models read as the paper prints them", "[describe]") {
  CHECK(describe(bragg("Medium")) ==
        "Conv(1,8,k3) > Conv(8,16,k1) BN ReLU > Conv(16,4,k1) BN LeakyReLU > Flatten > Linear(324,64) LeakyReLU > "
        "Linear(64,64) LeakyReLU > Linear(64,16) BN LeakyReLU > Linear(16,2) BN");
  CHECK(describe(jets("Tiny")) == "Linear(3,8) BN ReLU > Linear(8,8) ReLU > Mean > Linear(8,32) ReLU > Linear(32,5)");
  CHECK(describe(braggnn()) ==
        "Conv(1,64,k3) > Attention(64,32) LeakyReLU > Conv(64,32,k3) LeakyReLU > Conv(32,8,k3) LeakyReLU > Flatten > "
        "Linear(200,64) LeakyReLU > Linear(64,32) LeakyReLU > Linear(32,16) LeakyReLU > Linear(16,2)");
}

TEST_CASE("branches, options and several outputs", "[describe]") {
  Net n;
  const ValueId x = n.input({2, 8, 8});
  const ValueId a = n.node("Conv", {x, n.parameter("w", {4, 1, 3, 3})},
                           {{"group", int64_t{2}}, {"strides", Shape{2, 2}}, {"pads", Shape{1, 1, 1, 1}}});
  const ValueId b =
      n.node("Concat", {n.node("Gelu", {a}), a, n.node("Sigmoid", {n.node("Tanh", {a})})}, {{"axis", int64_t{1}}});
  n.graph.add_output("y", n.node("MaxPool", {b}, {{"kernel_shape", Shape{2, 1}}}));
  n.graph.add_output("z", n.node("Relu", {x}));
  CHECK(describe(n.graph) == "Conv(2,4,k3,s2,p1,g2) > Concat[GELU | skip | Tanh Sigmoid] > MaxPool(k2x1) ; ReLU");
}

TEST_CASE("a deep ladder of joins ends", "[describe]") {
  Net n;
  ValueId a = n.input({4}), b = n.node("Relu", {a});
  for (int i = 0; i < 300; ++i) {
    const ValueId c = n.node("Add", {a, b});
    b = n.node("Mul", {b, a});
    a = c;
  }
  n.graph.add_output("y", n.node("Add", {a, b}));
  CHECK(describe(n.graph).size() < 5000);
}
