// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "fakes.hpp"
#include "support/temp_folder.hpp"

using Catch::Matchers::Contains;
using nac::fw::Study;
using nac::test::TempFolder;

namespace {

std::string contents(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Stages final : nac::fw::Observer {
  std::vector<std::string> started, finished;
  void stage_started(const std::string &name, const std::string &) override { started.push_back(name); }
  void stage_finished(const std::string &name, const std::string &) override { finished.push_back(name); }
};

}  // namespace

TEST_CASE("A run searches, selects and reports; the test split is read for the selected models only, once") {
  TempFolder temp;
  nac::fw::Experiment experiment = fakes::experiment(temp / "s", 40);
  const auto study = Study::open(temp / "s", Study::Mode::create);
  fakes::Task task;
  fakes::Engine engine;
  Stages stages;
  const std::atomic<int> interrupts{0};
  const nac::fw::RunOutcome outcome = fakes::run(experiment, task, engine, *study, stages, interrupts);
  const std::vector<std::string> all = {"search", "select", "report"};
  CHECK(stages.started == all);
  CHECK(stages.finished == all);
  REQUIRE(outcome.selected.size() == 3);
  CHECK(outcome.selected[0].name == "impossible");
  CHECK_FALSE(outcome.selected[0].trial);
  REQUIRE(outcome.selected[1].trial);
  int selected = 0;
  for (const auto &c : outcome.selected) selected += c.trial.has_value();
  CHECK(task.test_reads == selected);
  CHECK_FALSE(outcome.front.empty());

  const std::string key = "test." + std::to_string(*outcome.selected[1].trial);
  CHECK_THAT(study->text(key).value_or(""), Contains("\"error\":") && Contains("\"score\":"));
  CHECK(outcome.files.models.size() == outcome.front.size());
  for (const auto &t : outcome.front)
    CHECK(contents(temp / ("s/models/" + std::to_string(t.number) + ".onnx")) == study->artifact(t.model));
  CHECK_THAT(contents(outcome.files.html), Contains("fake &lt;study&gt;") && Contains("<svg"));

  fakes::run(experiment, task, engine, *study, stages, interrupts);
  CHECK(task.test_reads == selected);
}

TEST_CASE("Without classes the test split stays untouched") {
  TempFolder temp;
  nac::fw::Experiment experiment = fakes::experiment(temp / "s", 10);
  experiment.select.reset();
  const auto study = Study::open(temp / "s", Study::Mode::create);
  fakes::Task task;
  fakes::Engine engine;
  nac::fw::Observer silent;
  const std::atomic<int> interrupts{0};
  fakes::run(experiment, task, engine, *study, silent, interrupts);
  CHECK(task.test_reads == 0);
  experiment.search.reset();
  CHECK_THROWS_WITH(fakes::run(experiment, task, engine, *study, silent, interrupts), Contains("no [search] table"));
}

TEST_CASE("A disk that fills up during a search ends the run, and it can be resumed") {
  TempFolder temp;
  nac::fw::Experiment experiment = fakes::experiment(temp / "s", 30);
  fakes::Task task;
  fakes::Engine engine;
  nac::fw::Observer silent;
  const std::atomic<int> interrupts{0};
  {
    const auto study = Study::open(temp / "s", Study::Mode::create);
    // The folder of the models turns into something that cannot be written to, for root as well.
    engine.on_epoch = [&](int training, int epoch) {
      if (training == 6 && epoch == 1) {
        std::filesystem::rename(temp / "s/artifacts", temp / "s/away");
        std::ofstream(temp / "s/artifacts") << "in the way";
      }
    };
    CHECK_THROWS_WITH(fakes::run(experiment, task, engine, *study, silent, interrupts), Contains("artifacts"));
  }
  std::filesystem::remove(temp / "s/artifacts");
  std::filesystem::rename(temp / "s/away", temp / "s/artifacts");
  engine.on_epoch = nullptr;
  const auto study = Study::open(temp / "s", Study::Mode::resume);
  fakes::run(experiment, task, engine, *study, silent, interrupts);
  const std::string resumed = fakes::results_of(*study);
  const auto whole = Study::open(temp / "whole", Study::Mode::create);
  experiment.study = temp / "whole";
  fakes::run(experiment, task, engine, *whole, silent, interrupts);
  CHECK(resumed == fakes::results_of(*whole));
}
