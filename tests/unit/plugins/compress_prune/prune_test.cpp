// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "kit.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

const kit::Parameters kSmallJets{{"samples", int64_t{200}}};
Graph jets() { return kit::preset("jets", "Tiny", kSmallJets); }

/// Alive and all weights behind masks; layers without a mask are whole.
std::pair<int64_t, int64_t> alive(const Graph &graph) {
  int64_t left = 0, all = 0;
  for (const ValueId id : graph.values()) {
    const Value &v = graph.value(id);
    if (v.kind != ValueKind::parameter || v.shape.size() < 2) continue;
    all += v.data->elements();
    const ValueId mask = graph.find(v.name + ".mask");
    const float *m = mask == 0 ? nullptr : graph.value(mask).data->data<float>();
    for (int64_t i = 0; i < v.data->elements(); ++i) left += m == nullptr || m[i] == 1 ? 1 : 0;
  }
  return {left, all};
}

}  // namespace

TEST_CASE("prune: the first step measures, the others remove a fifth of what is left") {
  Graph graph = jets();
  const int64_t all = alive(graph).second;
  kit::Pass pass("prune", {{"guards", false}});
  const kit::CompressStep first = pass.step(graph);
  CHECK(first.train_epochs == 0);
  CHECK(alive(graph).first == all);
  int steps = 1;
  std::vector<float> before;
  for (;; ++steps) {
    const kit::CompressStep step = pass.step(graph);
    if (step.finished) break;
    CHECK(step.train_epochs == 10);
    CHECK(step.rewind == Rewind::learning_rate);
    CHECK(alive(graph).first == std::llround(static_cast<double>(all) * std::pow(0.8, steps)));
    std::vector<float> now = kit::floats(graph, "rho0.weight.mask");
    for (std::size_t i = 0; i < before.size(); ++i) CHECK(now[i] <= before[i]);
    before = std::move(now);
  }
  CHECK(steps == 21);
}

TEST_CASE("prune: guards keep every layer alive") {
  Graph graph = jets();
  kit::Pass pass("prune", {{"criterion", std::string("magnitude")}, {"fraction", 0.9}, {"iterations", int64_t{5}}});
  for (int i = 0; i < 10 && !pass.step(graph).finished; ++i) {
  }
  for (const ValueId id : graph.values()) {
    const Value &v = graph.value(id);
    if (v.kind != ValueKind::parameter || v.shape.size() < 2) continue;
    INFO(v.name);
    const std::vector<float> mask = kit::floats(graph, v.name + ".mask");
    const int64_t outputs = v.name.rfind("rho", 0) == 0 ? v.shape[0] : v.shape[1];
    CHECK(std::count(mask.begin(), mask.end(), 1.0F) >= std::max<int64_t>(1, outputs / 4));
  }
}

TEST_CASE("prune: masks stand before the quantizer, and biases have none") {
  Graph graph = jets();
  kit::Pass qat("qat");
  qat.step(graph);
  kit::Pass pass("prune", {{"rewind", std::string("weights")}, {"epochs", int64_t{3}}});
  pass.step(graph);
  const kit::CompressStep step = pass.step(graph);
  CHECK(step.rewind == Rewind::weights);
  CHECK(step.train_epochs == 3);
  int masked = 0;
  for (const QuantizedLayer &l : quantized_layers(Trace(graph)))
    if (graph.value(l.weight).producer != 0) {
      CHECK(graph.node(graph.value(l.weight).producer).op == "Mul");
      ++masked;
    }
  CHECK(masked > 0);
  for (const ValueId id : graph.values())
    if (graph.value(id).name.find(".mask") != std::string::npos)
      CHECK(graph.value(id).name.find(".weight.mask") != std::string::npos);
}

TEST_CASE("prune: a collapse is undone, tried layer by layer, and ends the pass when that collapses too") {
  Graph graph = jets();
  kit::Pass pass("prune", {{"fraction", 0.5}});
  const std::string logits = graph.value(graph.outputs()[0]).name;
  pass.observer->told[logits] = {1, 2, 0, 0, 0, 0, 0, 0, 1, 0};
  pass.step(graph);
  const Graph before = graph;
  pass.step(graph);
  CHECK(alive(graph).first < alive(before).first);
  pass.observer->told[logits] = {1, 2, 0, 0, 0, 1, 3, 0, 0, 0};  // one class
  CHECK(pass.step(graph).undo);
  graph = before;
  const kit::CompressStep again = pass.step(graph);
  CHECK_FALSE(again.undo);
  CHECK(again.train_epochs == 10);
  for (const ValueId id : graph.values()) {  // each layer lost its own half
    const Value &v = graph.value(id);
    if (v.kind != ValueKind::parameter || v.shape.size() < 2) continue;
    const std::vector<float> mask = kit::floats(graph, v.name + ".mask");
    CHECK(std::abs(static_cast<double>(std::count(mask.begin(), mask.end(), 1.0F)) -
                   static_cast<double>(mask.size()) / 2) <= 1);
  }
  CHECK(pass.step(graph).undo);
  graph = before;
  CHECK(pass.step(graph).finished);
}

TEST_CASE("prune: a network of one class from the start is judged by its spread alone") {
  Graph graph = jets();
  kit::Pass pass("prune");
  const std::string logits = graph.value(graph.outputs()[0]).name;
  pass.observer->told[logits] = {1, 2, 0, 0, 0, 1, 3, 0, 0, 0};
  pass.step(graph);
  pass.step(graph);
  CHECK_FALSE(pass.step(graph).undo);
  pass.observer->told[logits] = {1, 2, 0, 0, 0, 1, 2, 0, 0, 0};
  CHECK(pass.step(graph).undo);
}

TEST_CASE("prune: two iterations beyond the tolerance end the pass, one does not") {
  const auto steps_of = [](const kit::Parameters &parameters, int better, std::vector<double> metrics) {
    Graph graph = jets();
    kit::Pass pass("prune", parameters);
    pass.observer->better = better;
    int steps = 0;
    for (const double m : metrics) {
      if (pass.step(graph, m).finished) return steps;
      ++steps;
    }
    return steps;
  };
  // 0.1 is the reference, 0.125 still in.
  CHECK(steps_of({}, -1, {0.1, 0.1, 0.13, 0.125, 0.13, 0.13, 0.1}) == 5);
  CHECK(steps_of({}, -1, {0.1, 0.1, NAN, NAN, 0.1}) == 3);
  CHECK(steps_of({{"full_grid", true}}, -1, {0.1, 0.1, 0.13, 0.13, 0.13, 0.13, 0.1}) == 7);
  CHECK(steps_of({{"stop_after", int64_t{0}}}, -1, {0.1, 0.1, 1, 1, 1, 1, 1}) == 7);
  CHECK(steps_of({{"stop_after", int64_t{1}}}, -1, {0.1, 0.1, 0.13}) == 2);
  // Larger is better: 0.9 is an error of 0.1, 0.87 of 0.13.
  CHECK(steps_of({}, 1, {0.9, 0.9, 0.87, 0.88, 0.87, 0.87}) == 5);
}

TEST_CASE("prune: blocks and channels") {
  Graph graph = jets();
  kit::Pass pass("prune", {{"structure", std::string("2:4")}});
  int steps = 0;
  while (!pass.step(graph).finished) ++steps;
  CHECK(steps == 3);  // as it came, 3 of 4, 2 of 4
  const std::vector<float> mask = kit::floats(graph, "rho0.weight.mask");
  const int64_t in = graph.value(graph.find("rho0.weight")).shape[1];
  for (std::size_t i = 0; i < mask.size(); i += static_cast<std::size_t>(in))
    for (int64_t b = 0; b + 4 <= in; b += 4)
      CHECK(std::count(mask.begin() + static_cast<std::ptrdiff_t>(i) + b,
                       mask.begin() + static_cast<std::ptrdiff_t>(i) + b + 4, 1.0F) == 2);
  CHECK_THROWS_WITH(kit::Pass("prune", {{"structure", std::string("4:2")}}), Contains("structure"));

  Graph wide = jets();
  kit::Pass channels("prune", {{"structure", std::string("channel")}, {"fraction", 0.5}});
  channels.step(wide);
  channels.step(wide);
  const auto [left, all] = alive(wide);
  CHECK(left <= all / 2);
  for (const char *name : {"rho0.weight", "phi0.weight"}) {
    const ValueId id = wide.find(std::string(name) + ".mask");
    if (id == 0) continue;
    const Shape &shape = wide.value(id).shape;
    const std::vector<float> m = kit::floats(wide, std::string(name) + ".mask");
    const bool outputs_first = name[0] == 'r';
    for (int64_t o = 0; o < shape[outputs_first ? 0 : 1]; ++o)
      for (int64_t i = 0; i < shape[outputs_first ? 1 : 0]; ++i)
        CHECK(m[static_cast<std::size_t>(outputs_first ? o * shape[1] + i : i * shape[1] + o)] ==
              m[static_cast<std::size_t>(outputs_first ? o * shape[1] : o)]);
  }
}

TEST_CASE("prune: a saved pass goes on as the original") {
  Graph graph = jets();
  kit::Pass pass("prune");
  for (int i = 0; i < 4; ++i) pass.step(graph);
  const std::string state = pass.proxy->save();
  Graph other = graph;
  kit::Pass loaded("prune");
  loaded.proxy->load(state);
  CHECK(loaded.proxy->save() == state);
  pass.step(graph);
  loaded.step(other);
  CHECK(kit::floats(graph, "rho0.weight.mask") == kit::floats(other, "rho0.weight.mask"));
  CHECK(pass.proxy->save() == loaded.proxy->save());
  CHECK_THROWS_WITH(loaded.proxy->load("rubbish"), Contains("no stored state"));
  CHECK_THROWS_WITH(loaded.proxy->load(state.substr(0, state.size() - 3)), Contains("damaged"));
}
