// SPDX-License-Identifier: Apache-2.0
// What a plan decides before anything is computed: phases, which values are kept, who stores a gradient and who adds to
// it, and that no two values that live at the same time share memory.
#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>
#include <set>
#include <string>

#include "fused/plan/arrange.hpp"
#include "fused/plan/plan.hpp"
#include "fused/plan/planner.hpp"
#include "fused/runner.hpp"

namespace {

using namespace nac::fw;
using namespace nac::fw::fused;

/// A network of layers, normalizations and a sum of two ways, with a mean of squares as its loss.
struct Network {
  Graph graph;
  ValueId x = 0, loss = 0;

  ValueId node(const std::string &op, const std::vector<ValueId> &inputs, std::map<std::string, Attribute> a = {}) {
    return graph.node(graph.add_node("", op, inputs, std::move(a))).outputs[0];
  }
  ValueId parameter(const std::string &name, const Shape &shape) {
    return graph.add_parameter(name, shape, {NAC_INIT_UNIFORM, 0.5});
  }
  ValueId linear(const std::string &name, ValueId in, int64_t out) {
    const int64_t width = graph.value(in).shape.back();
    return node("Gemm", {in, parameter(name + ".w", {out, width}), parameter(name + ".b", {out})},
                {{"transB", int64_t{1}}});
  }
  ValueId norm(const std::string &name, ValueId in) {
    const int64_t c = graph.value(in).shape.at(1);
    const auto constant = [&](const char *what, float v) {
      return graph.add_constant(name + what,
                                Tensor::of<float>({c}, std::vector<float>(static_cast<std::size_t>(c), v)));
    };
    return node("BatchNormalization", {in, parameter(name + ".g", {c}), parameter(name + ".s", {c}),
                                       constant(".mean", 0), constant(".variance", 1)});
  }
  void finish(ValueId y) {
    graph.add_output("y", y);
    loss = node("ReduceMean", {node("Mul", {y, y})}, {{"keepdims", int64_t{0}}});
    initialize(graph, 3);
  }
  Plan plan(Mode mode = Mode::training, int64_t batch = 100) const {
    return make_plan(graph, loss, mode == Mode::inference ? graph.outputs() : std::vector<ValueId>{}, mode, batch);
  }
};

Network plain() {
  Network n;
  n.x = n.graph.add_input("x", DType::f32, {-1, 6});
  n.finish(n.linear("b", n.node("Relu", {n.linear("a", n.x, 8)}), 2));
  return n;
}

Network normalized() {
  Network n;
  n.x = n.graph.add_input("x", DType::f32, {-1, 6});
  const ValueId a = n.node("Relu", {n.norm("na", n.linear("a", n.x, 8))});
  const ValueId b = n.node("Relu", {n.norm("nb", n.linear("b", a, 8))});
  n.finish(n.linear("c", n.node("Add", {a, b}), 2));
  return n;
}

/// 1x1 convolutions, whose weight gradients are taken tile by tile.
Network convolutional() {
  Network n;
  n.x = n.graph.add_input("x", DType::f32, {-1, 2, 6, 6});
  const auto conv = [&](const char *name, ValueId in, int64_t out) {
    return n.node("Conv", {in, n.parameter(name, {out, n.graph.value(in).shape.at(1), 1, 1})});
  };
  const ValueId a = n.node("Relu", {n.norm("na", conv("a", n.x, 16))});
  const ValueId b = n.node("Relu", {n.norm("nb", conv("b", a, 8))});
  n.finish(n.linear("c", n.node("Flatten", {b}), 2));
  return n;
}

std::size_t at(Slot s) { return static_cast<std::size_t>(s); }

/// Floats from which on and up to which a value lies, over all tiles.
struct Range {
  const float *begin, *end;
  fused::Schedule::Life life;
  bool kept;
};

std::vector<Range> ranges(const Plan &plan, const Storage &storage, int tiles) {
  std::vector<Range> all;
  const auto add = [&](const std::vector<Place> &places, const std::vector<fused::Schedule::Life> &lives,
                       const std::vector<bool> &kept) {
    for (std::size_t s = 0; s < places.size(); ++s) {
      if (places[s].base == nullptr) continue;
      const std::ptrdiff_t one = std::ptrdiff_t{plan.rows[s]} * plan.width;
      const std::ptrdiff_t last = kept[s] ? places[s].stride * (tiles - 1) : 0;
      CHECK((!kept[s] || places[s].stride >= one));
      all.push_back({places[s].base, places[s].base + last + one, lives[s], kept[s]});
    }
  };
  add(storage.values, plan.schedule.value_life, plan.schedule.kept_values);
  add(storage.gradients, plan.schedule.gradient_life, plan.schedule.kept_gradients);
  return all;
}

}  // namespace

TEST_CASE("without batch statistics a tile goes forward and back in one phase") {
  const Plan plan = plain().plan();
  CHECK(plan.schedule.forward.size() == 1);
  CHECK(plan.schedule.backward.size() == 1);
  CHECK(plan.normalized_positions.empty());
}

TEST_CASE("each batch normalization splits the way forward and back") {
  const Plan plan = normalized().plan();
  CHECK(plan.schedule.forward.size() == 3);
  CHECK(plan.schedule.backward.size() == 3);
  CHECK(plan.normalized_positions == std::vector<int64_t>{1, 1});
  // A barrier's operators are in other phases: the one before it earlier, on the way back later.
  const auto phase_of = [](const std::vector<std::vector<Op *>> &phases, const Op *op) {
    for (std::size_t p = 0; p < phases.size(); ++p)
      if (std::find(phases[p].begin(), phases[p].end(), op) != phases[p].end()) return static_cast<int>(p);
    return -1;
  };
  int barriers = 0;
  for (const OpPtr &op : plan.ops) {
    if (op->barrier == nullptr) continue;
    ++barriers;
    CHECK(phase_of(plan.schedule.forward, op->barrier) < phase_of(plan.schedule.forward, op.get()));
    CHECK(phase_of(plan.schedule.backward, op->barrier) > phase_of(plan.schedule.backward, op.get()));
  }
  CHECK(barriers == 2);
  CHECK(normalized().plan(Mode::inference).schedule.forward.size() == 1);
  CHECK(normalized().plan(Mode::inference).schedule.backward.empty());
}

TEST_CASE("the first gradient of a value is stored, all others are added") {
  for (const Network &network : {plain(), normalized()}) {
    const Plan plan = network.plan();
    std::set<Slot> written;
    int added = 0;
    for (const std::vector<Op *> &phase : plan.schedule.backward)
      for (const Op *op : phase)
        for (const GradientSlot &g : op->gradients) {
          if (!g.wanted()) continue;
          CHECK(g.add == !written.insert(g.slot).second);
          added += g.add ? 1 : 0;
        }
    CHECK(added > 0);  // both factors of the square are the same value
  }
}

TEST_CASE("values that live at the same time lie apart") {
  for (const Network &network : {plain(), normalized(), convolutional()})
    for (const auto &[mode, batch] : {std::pair{Mode::training, 100}, {Mode::inference, 100}, {Mode::training, 4000}}) {
      const Plan plan = network.plan(mode, batch);
      const int tiles = static_cast<int>((plan.batch_size + plan.width - 1) / plan.width);
      std::vector<Slot> results;
      for (const Plan::Output &o : plan.outputs) results.push_back(o.slot);
      const Storage storage = arrange(plan.schedule, plan.rows, results, plan.width, tiles, 0);
      const std::vector<Range> all = ranges(plan, storage, tiles);
      REQUIRE(all.size() > 3);
      for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(reinterpret_cast<std::uintptr_t>(all[i].begin) % kAlignment == 0);
        CHECK(all[i].begin >= storage.memory.data());
        CHECK(all[i].end <= storage.memory.data() + storage.memory.size());
        for (std::size_t k = 0; k < i; ++k) {
          const bool apart = all[i].end <= all[k].begin || all[k].end <= all[i].begin;
          const bool together = all[i].life.first <= all[k].life.last && all[k].life.first <= all[i].life.last;
          CHECK((apart || (!together && !all[i].kept && !all[k].kept)));
        }
      }
    }
}

TEST_CASE("what is used in several phases is kept for all tiles") {
  const Plan plan = normalized().plan();
  const fused::Schedule &s = plan.schedule;
  std::vector<std::set<std::size_t>> phases(plan.rows.size());
  for (std::size_t p = 0; p < s.forward.size(); ++p)
    for (const Op *op : s.forward[p]) {
      for (const Slot r : op->reads) phases[at(r)].insert(p);
      if (op->writes != kNoSlot) phases[at(op->writes)].insert(p);
    }
  for (std::size_t b = 0; b < s.backward.size(); ++b)
    for (const Op *op : s.backward[b])
      for (const Slot r : op->rereads) phases[at(r)].insert(s.forward.size() - 1 + b);
  for (std::size_t slot = 0; slot < phases.size(); ++slot)
    if (phases[slot].size() > 1) CHECK(s.kept_values[slot]);
}

TEST_CASE("values of a large batch that are cheap to make are made again, to the same gradients") {
  const Network network = convolutional();
  CHECK(network.plan().schedule.repeats.empty());
  const Plan large = network.plan(Mode::training, 4000);
  CHECK(large.schedule.repeats.size() == 1);  // the other one is read by a layer that takes all tiles at once
  CHECK(network.plan(Mode::inference, 4000).schedule.repeats.empty());

  Plan repeating = network.plan();
  repeating.schedule = make_schedule(repeating.ops, repeating.rows, 4000, true);
  REQUIRE(repeating.schedule.repeats.size() == 1);
  const TrainedValues values = trained_values(network.graph, {network.loss});
  Tensor samples(DType::f32, {100, 2, 6, 6});
  for (int64_t i = 0; i < samples.elements(); ++i)
    samples.mutable_data<float>()[i] = static_cast<float>(i * 37 % 101) / 50 - 1;
  std::vector<int64_t> order(100);
  std::iota(order.begin(), order.end(), 0);
  const auto gradients_of = [&](Plan plan) {
    Runner runner(std::move(plan));
    State state(network.graph, values.parameters, values.learned_scales, values.statistics);
    runner.train(state, {&samples}, order.data(), 100, nullptr);
    return std::vector<float>(state.flat_gradient(), state.flat_gradient() + state.flat_size());
  };
  const std::vector<float> kept = gradients_of(network.plan()), repeated = gradients_of(std::move(repeating));
  CHECK(std::any_of(kept.begin(), kept.end(), [](float g) { return g != 0; }));
  CHECK(kept == repeated);
}

TEST_CASE("a node without a kernel is named") {
  Network n;
  n.x = n.graph.add_input("x", DType::f32, {-1, 6});
  const ValueId computed = n.node("Sigmoid", {n.parameter("p", {6})});
  const ValueId y = n.node("Add", {n.x, computed});
  n.finish(y);
  try {
    n.plan();
    FAIL("no Unplanned");
  } catch (const Unplanned &e) {
    CHECK_THAT(e.lack().node, Catch::Matchers::Contains("y"));
    CHECK_THAT(e.lack().what, Catch::Matchers::StartsWith("Add"));
  }
}
