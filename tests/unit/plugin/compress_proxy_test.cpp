// SPDX-License-Identifier: Apache-2.0
#include "plugin/compress_proxy.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "fixtures.hpp"
#include "nac/compress.h"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

struct Watch final : ModelObserver {
  Tensor values(const Graph &, ValueId, const std::string &, uint64_t samples) const override {
    return Tensor::of({static_cast<int64_t>(samples), 2}, std::vector<float>(2 * samples, 4));
  }
  std::vector<double> metrics(const Graph &) const override { return {0.5}; }
  double cost(const Graph &, const std::string &) const override { return 8; }
  int direction(uint32_t metric) const override { return metric == 0 ? 1 : 0; }
};

struct Rogue {
  Registry registry{test::only({test::good("rogue-compress")})};
  const PluginObject &object = registry.find(NAC_KIND_COMPRESS, "rogue-compress");
  const PluginObject &serial = registry.find(NAC_KIND_COMPRESS, "serial-compress");
  Watch watch;
  Graph graph;
  Rogue() {
    const ValueId x = graph.add_input("x", DType::f32, {-1, 2});
    const ValueId w = graph.add_parameter("w", {2, 3}, {});
    graph.set_data(w, Tensor::of({2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6}));
    graph.add_output("y", graph.node(graph.add_node("", "MatMul", {x, w})).outputs[0]);
  }
  CompressProxy make(const std::string &fault = "none", bool serial_one = false) const {
    CompressProxy::Setup setup;
    setup.seed = 11;
    setup.observer = &watch;
    const PluginObject &made = serial_one ? serial : object;
    return CompressProxy(made, test::fault(made, fault), setup);
  }
  /// What a single step with that fault ends in.
  std::string step_error(const std::string &fault) const {
    Graph copy = graph;
    try {
      make(fault).step(copy, {0.1});
    } catch (const Error &e) {
      return e.what();
    }
    return "";
  }
};

}  // namespace

TEST_CASE("a pass edits the model and says how to train it") {
  Rogue rogue;
  CompressProxy pass = rogue.make();
  const CompressStep step = pass.step(rogue.graph, {0.1});
  CHECK(step.train_epochs == 3);
  CHECK_FALSE(step.finished);
  CHECK_FALSE(step.undo);
  CHECK(step.rewind == Rewind::weights);
  CHECK((step.teacher_share == 0.5 && step.temperature == 2));
  pass.step(rogue.graph, {0.1});
  CHECK(rogue.graph.value(rogue.graph.find("w")).data->data<float>()[0] == 2);
  const std::string state = pass.save();
  CompressProxy other = rogue.make();
  other.load(state);
  CHECK(other.save() == state);
  other.step(rogue.graph, {0.1});
  CHECK(rogue.graph.value(rogue.graph.find("w")).data->data<float>()[0] == 6);  // the third step
}

TEST_CASE("a pass that breaks the model is named") {
  const Rogue rogue;
  CHECK_THAT(rogue.step_error("nan"),
             Contains("plugin org.example.rogue-compress 0.1.0: step 0: ") && Contains("element 0 of 'w' is nan"));
  CHECK_THAT(rogue.step_error("rename"), Contains("had the output 'y' float32 [N, 3] and has 'z'"));
  CHECK_THAT(rogue.step_error("reshape"), Contains("output 'y'") && Contains("[N, 6]"));
  CHECK_THAT(rogue.step_error("output"), Contains("had 1 outputs and has 2"));
  CHECK_THAT(rogue.step_error("input"), Contains("input 'other' is used by no node"));
  CHECK_THAT(rogue.step_error("no-data"), Contains("parameter 'gain' has no data"));
  CHECK_THAT(rogue.step_error("step-fails"), Contains("metric 0 is 0.1"));
}

TEST_CASE("a pass that wants what nobody can do is named") {
  const Rogue rogue;
  CHECK_THAT(rogue.step_error("epochs"), Contains("2000000 epochs"));
  CHECK_THAT(rogue.step_error("share"), Contains("teacher_share is 1.5"));
  CHECK_THAT(rogue.step_error("temperature"), Contains("temperature is nan"));
  CHECK_THAT(rogue.step_error("undo-first"), Contains("no step went before"));
  CHECK_THAT(rogue.step_error("finished-and-more"), Contains("finished, and wants"));
  CHECK_THROWS_WITH(rogue.make("start-fails"), Contains("start: seed 11 is not to my taste"));
}

TEST_CASE("undo needs a step before it, also after a resume, and comes once") {
  Rogue rogue;
  CompressProxy pass = rogue.make("undo");
  pass.step(rogue.graph, {0.1});
  const std::string state = pass.save();
  CHECK(pass.step(rogue.graph, {0.1}).undo);
  CompressProxy resumed = rogue.make("undo");
  resumed.load(state);
  CHECK(resumed.step(rogue.graph, {0.1}).undo);
  CompressProxy twice = rogue.make("undo-first");
  twice.load(resumed.save());
  CHECK_THROWS_WITH(twice.step(rogue.graph, {0.1}), Contains("no step went before"));
}

TEST_CASE("what no output depends on is dropped, and a finished pass is not called again") {
  Rogue rogue;
  rogue.make("litter").step(rogue.graph, {0.1});
  CHECK(rogue.graph.topological().size() == 1);
  CompressProxy pass = rogue.make("finished");
  CHECK(pass.step(rogue.graph, {0.1}).finished);
  CHECK_THROWS_WITH(pass.step(rogue.graph, {0.1}), Contains("had finished"));
  CHECK_THROWS_WITH(rogue.make().step(rogue.graph, {0.1, 0.2}), Contains("2 metrics"));
}

TEST_CASE("a pass may measure, unless its library takes one call at a time") {
  Rogue rogue;
  CompressProxy pass = rogue.make("asks-host");
  pass.step(rogue.graph, {0.1});
  CHECK_THAT(pass.save(), Contains("2x2 4.000000 0.500000 8.000000 1 the split is 'test'"));
  CompressProxy serial = rogue.make("asks-host", true);
  serial.step(rogue.graph, {0.1});
  CHECK_THAT(serial.save(), Contains("no host to ask"));
}

TEST_CASE("randomness depends on seed and step, not on interruptions") {
  Rogue rogue;
  CompressProxy straight = rogue.make("random"), first = rogue.make("random"), second = rogue.make("random");
  straight.step(rogue.graph, {0.1});
  const std::string one = straight.save();
  straight.step(rogue.graph, {0.1});
  first.step(rogue.graph, {0.1});
  second.load(first.save());
  second.step(rogue.graph, {0.1});
  CHECK(second.save() == straight.save());
  CHECK(one.substr(one.rfind(' ')) != straight.save().substr(straight.save().rfind(' ')));
}

TEST_CASE("foreign states are refused by the proxy or by the pass") {
  const Rogue rogue;
  CompressProxy pass = rogue.make();
  for (const char *bad : {"", "5 steps", "nac.compress/1 x 0\n5 steps", "nac.compress/1 5 2\n5 steps",
                          "nac.compress/1 5 0 \n5 steps", "nac.compress/1 5 0"}) {
    INFO(bad);
    CHECK_THROWS_WITH(pass.load(bad), Contains("no stored state"));
  }
  CHECK_THROWS_WITH(pass.load("nac.compress/1 5 0\nrubbish"), Contains("load: this is no state of mine"));
}
