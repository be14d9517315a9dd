// SPDX-License-Identifier: Apache-2.0
#include "fused/state.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "layer_nets.hpp"

using namespace nac::fw;
using namespace nac::fw::fused;
using fused::testing::parameters_of;
using nac::fw::testing::QuantizedNet;

namespace {

struct Trained {
  QuantizedNet net{2};
  ValueId w, t, mean, unused;
  Trained() {
    t = net.graph.add_parameter("act.t", {1}, {});
    net.graph.set_data(t, Tensor::of<float>({1}, {-3.4F}));
    unused = net.filled("unused", {3}, -1, 1);
    const ValueId scale = net.graph.node(net.graph.add_node(NAC_DOMAIN_NAC, "PowerOfTwo", {t})).outputs[0];
    net.graph.add_output("y", net.norm("bn", net.dense("a", net.quant(net.input({6}), scale, {8}), 5)));
    w = net.graph.find("a.weight"), mean = net.graph.find("bn.running_mean");
  }
  std::vector<ValueId> parameters() const {
    std::vector<ValueId> all;
    for (const ValueId id : parameters_of(net.graph))
      if (id != unused) all.push_back(id);
    return all;
  }
};

}  // namespace

TEST_CASE("a state holds parameters, statistics and constants by value") {
  Trained m;
  const Graph &graph = m.net.graph;
  State state(graph, m.parameters(), 1, {m.mean, m.mean});
  CHECK(state.value(m.t) == state.flat() + state.learned_scales());
  CHECK(state.learned_scales() < state.flat_size());
  CHECK(State(graph, m.parameters(), 0, {}).learned_scales() == state.flat_size());
  for (const ValueId id : graph.values()) {
    const Value &value = graph.value(id);
    if (!value.data) continue;
    const float *expected = value.data->data<float>();
    CHECK(std::equal(expected, expected + value.data->elements(), state.value(id)));
    const bool trained = value.kind == ValueKind::parameter && id != m.unused;
    CHECK((state.gradient(id) != nullptr) == trained);
    if (trained) CHECK(state.gradient(id) - state.flat_gradient() == state.value(id) - state.flat());
  }
  state.gradient(m.w)[3] = 1;
  state.clear_gradients();
  CHECK(state.gradient(m.w)[3] == 0);
  state.value(m.w)[3] = 7;
  state.value(m.mean)[1] = 8;
  const std::map<std::string, Tensor> weights = state.weights();
  CHECK(weights.at("a.weight").data<float>()[3] == 7);
  CHECK(weights.at("bn.running_mean").data<float>()[1] == 8);
  CHECK(weights.at("unused") == *graph.value(m.unused).data);
  CHECK(weights.count("bn.running_var") == 0);
}

TEST_CASE("a state goes back to what was saved, and through a checkpoint") {
  Trained m;
  State state(m.net.graph, m.parameters(), 1, {m.mean});
  state.value(m.w)[0] = 1, state.value(m.mean)[0] = 2;
  state.save();
  state.value(m.w)[0] = 3, state.value(m.mean)[0] = 4;
  Checkpoint checkpoint;
  checkpoint.best_epoch = 1;
  state.write(checkpoint);

  State other(m.net.graph, m.parameters(), 1, {m.mean});
  float *const w = other.value(m.w);
  other.read(checkpoint);
  CHECK(w == other.value(m.w));
  CHECK(*w == 3);
  CHECK(other.value(m.mean)[0] == 4);
  for (State *each : {&state, &other}) {
    each->restore();
    CHECK(each->value(m.w)[0] == 1);
    CHECK(each->value(m.mean)[0] == 2);
  }
  State smaller(m.net.graph, {m.w}, 0, {});
  CHECK_THROWS_AS(smaller.read(checkpoint), Error);
  other.set_statistics(m.net.graph);
  CHECK(other.value(m.mean)[0] == m.net.graph.value(m.mean).data->data<float>()[0]);
}
