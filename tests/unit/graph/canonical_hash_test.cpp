// SPDX-License-Identifier: Apache-2.0
#include "graph/canonical_hash.hpp"

#include <catch2/catch.hpp>

#include <set>

#include "networks.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;

namespace {

struct Wanted {
  bool swap_order = false, identity = false, dead = false, shared = false;
  const char *prefix = "a";
  float slope = 0.01F;
  int64_t width = 3;
  float constant = 2;
};

/// Two branches of x added up, with everything that must and must not matter adjustable.
Graph make(const Wanted &w) {
  Net n;
  const std::string p = w.prefix;
  ValueId x = n.graph.add_input(p + "in", DType::f32, {-1, 4});
  if (w.dead) n.node("Tanh", {n.linear(p + "dead", x, 9)});
  if (w.identity) x = n.node("Identity", {n.node("Identity", {x})});
  const auto first = [&] { return n.node("LeakyRelu", {n.linear(p + "1", x, w.width)}, {{"alpha", w.slope}}); };
  ValueId a = 0, b = 0;
  if (w.shared) {
    a = first();
    b = n.node("Gemm", {x, n.graph.find(p + "1.weight"), n.graph.find(p + "1.bias")}, {{"transB", int64_t{1}}});
  } else if (w.swap_order) {
    b = n.linear(p + "2", x, w.width);
    a = first();
  } else {
    a = first();
    b = n.linear(p + "2", x, w.width);
  }
  const ValueId c = n.graph.add_constant(p + "c", Tensor::of<float>({1}, {w.constant}));
  ValueId y = n.node("Mul", {n.node("Add", {a, b}), c});
  if (w.identity) y = n.node("Identity", {y});
  n.graph.add_output(p + "out", y);
  return n.graph;
}

}  // namespace

TEST_CASE("what does not matter leaves the hash alone", "[hash]") {
  const std::string base = canonical_hash(make({}));
  CHECK(base.size() == 32);
  CHECK(base.find_first_not_of("0123456789abcdef") == std::string::npos);
  Wanted w;
  SECTION("names") { w.prefix = "other"; }
  SECTION("node order") { w.swap_order = true; }
  SECTION("identities") { w.identity = true; }
  SECTION("dead branches") { w.dead = true; }
  CHECK(canonical_hash(make(w)) == base);
}

TEST_CASE("parameter values and running statistics leave the hash alone", "[hash]") {
  Graph g = bragg("Small");
  const std::string base = canonical_hash(g);
  initialize(g, 1);
  CHECK(canonical_hash(g) == base);
  Tensor mean(DType::f32, {4});
  mean.mutable_data<float>()[0] = 3;
  g.set_data(g.find("b1_bn.running_mean"), mean);
  CHECK(canonical_hash(g) == base);
}

TEST_CASE("every difference in the architecture changes the hash", "[hash]") {
  std::set<std::string> seen{canonical_hash(make({}))};
  const auto differs = [&](const Wanted &w) { CHECK(seen.insert(canonical_hash(make(w))).second); };
  Wanted w;
  w.shared = true;
  differs(w);
  w = {};
  w.slope = 0.02F;
  differs(w);
  w = {};
  w.width = 5;
  differs(w);
  w = {};
  w.constant = 3;
  differs(w);
  for (const char *name : {"Large", "Medium", "Small", "Tiny"}) {
    CHECK(seen.insert(canonical_hash(bragg(name))).second);
    CHECK(seen.insert(canonical_hash(bragg(name, 3))).second == (std::string(name) != "Tiny"));
    CHECK(seen.insert(canonical_hash(jets(name))).second);
  }
}

TEST_CASE("initialization, input position, statistics' sharing and outputs matter", "[hash]") {
  const auto one = [](double scale, bool second, int outputs) {
    Net n;
    const ValueId x = n.input({2}), z = n.input({2});
    const ValueId w = n.graph.add_parameter("w", {2, 2}, {NAC_INIT_NORMAL, scale});
    const ValueId a = n.node("Gemm", {second ? z : x, w}), b = n.node("Relu", {a});
    n.graph.add_output("a", outputs == 1 ? b : a);
    if (outputs == 2) n.graph.add_output("b", b);
    return canonical_hash(n.graph);
  };
  const std::set<std::string> seen{one(1, false, 1), one(2, false, 1), one(1, true, 1), one(1, false, 2),
                                   one(1, false, 0)};
  CHECK(seen.size() == 5);
  CHECK(one(1, false, 1) == one(1, false, 1));
}

TEST_CASE("equal nodes are one, unequal weights are two", "[hash]") {
  const auto relus = [](bool twice) {
    Net n;
    const ValueId x = n.input({2});
    const ValueId a = n.node("Relu", {x});
    n.graph.add_output("y", n.node("Add", {a, twice ? n.node("Relu", {x}) : a}));
    return canonical_hash(n.graph);
  };
  CHECK(relus(true) == relus(false));
}
