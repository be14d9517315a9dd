// SPDX-License-Identifier: Apache-2.0
#include "pipeline/evaluate.hpp"

#include <catch2/catch.hpp>

#include "fakes.hpp"
#include "graph/onnx.hpp"
#include "support/temp_folder.hpp"

using Catch::Matchers::Contains;
using nac::fw::Study;
using nac::fw::Trial;
using nac::fw::TrialState;
using nac::test::TempFolder;

TEST_CASE("A stored model, its ONNX file and its graph give the same metrics") {
  TempFolder temp;
  const auto study = Study::open(temp / "s", Study::Mode::create);
  fakes::Task task;
  fakes::Engine engine;
  nac::fw::Observer silent;
  const std::atomic<int> interrupts{0};
  fakes::run(fakes::experiment(temp / "s", 10), task, engine, *study, silent, interrupts);
  const Trial small = *study->trial(0);
  REQUIRE(small.state == TrialState::complete);
  const nac::fw::Evaluation stored = evaluate_trial(*study, 0, task, engine);
  CHECK(stored.source == "trial 0");
  CHECK(stored.split == "validation");
  CHECK(stored.samples == 6);
  REQUIRE(stored.metrics.size() == 2);
  CHECK(stored.metrics[0].info.name == "error");
  CHECK(stored.cost.parameters == 12);
  const std::string bytes = study->artifact(small.model);
  const nac::fw::Evaluation file = evaluate_onnx(bytes, "m.onnx", task, engine);
  CHECK(file.metrics[0].value == stored.metrics[0].value);
  CHECK(file.metrics[1].value == stored.metrics[1].value);

  // The model carries where it is from and the trained weights, not the start values.
  const nac::fw::OnnxModel model = nac::fw::from_onnx(bytes, "m.onnx");
  CHECK(model.metadata.at("nac.task") == "fake.task");
  CHECK(model.metadata.at("nac.trial") == "0");
  CHECK_THAT(model.metadata.at("nac.task_parameters"), Contains(R"("scale":2.5)"));  // what the task fitted
  CHECK(model.metadata.count("nac.metric.error") == 1);
  const nac::fw::Graph &g = model.graph;
  const nac::fw::ValueId w = g.find("w0");
  REQUIRE(w != 0);
  CHECK(g.value(w).data->data<float>()[0] >= 0);  // in [-0.5, 0.5], plus the 0.5 that "training" adds

  for (const Trial &t : study->trials())
    if (t.state == TrialState::infeasible)
      CHECK_THROWS_WITH(evaluate_trial(*study, t.number, task, engine), Contains("has no model: it is infeasible"));
  CHECK_THROWS_WITH(evaluate_trial(*study, 999, task, engine), Contains("has no trial 999"));
}

TEST_CASE("A model with other inputs is refused with both sides named") {
  nac::fw::Graph g;
  const nac::fw::ValueId x = g.add_input("frames", nac::fw::DType::f32, {-1, 1, 3});
  g.add_output("y", g.node(g.add_node("", "Relu", {x})).outputs[0]);
  fakes::Task task;
  fakes::Engine engine;
  CHECK_THROWS_WITH(evaluate(g, "other.onnx", task, engine), Contains("other.onnx: the model takes frames") &&
                                                                 Contains("[batch, 1, 3]") &&
                                                                 Contains("task fake.task") && Contains("[batch, 4]"));
}
