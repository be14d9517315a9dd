// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "fakes.hpp"
#include "support/temp_folder.hpp"

using Catch::Matchers::Contains;
using nac::fw::Study;
using nac::fw::Trial;
using nac::fw::TrialState;
using nac::test::TempFolder;

namespace {

std::string uninterrupted(const std::filesystem::path &folder, uint64_t trials) {
  const auto study = Study::open(folder, Study::Mode::create);
  fakes::Task task;
  fakes::Engine engine;
  nac::fw::Observer silent;
  const std::atomic<int> interrupts{0};
  fakes::run(fakes::experiment(folder, trials), task, engine, *study, silent, interrupts);
  return fakes::results_of(*study);
}

}  // namespace

TEST_CASE("The first interrupt finishes running trials, the second gives them up, and both can be resumed") {
  TempFolder temp;
  const std::string expected = uninterrupted(temp / "whole", 50);
  for (const int level : {1, 2}) {
    const std::filesystem::path folder = temp / std::to_string(level);
    nac::fw::Experiment experiment = fakes::experiment(folder, 50);
    experiment.search->parallel = 3;
    const auto study = Study::open(folder, Study::Mode::create);
    fakes::Task task;
    nac::fw::Observer silent;
    int stops = 0;
    for (bool done = false; !done; ++stops) {
      REQUIRE(stops < 100);
      std::atomic<int> interrupts{0};
      fakes::Engine engine(1000);
      engine.on_epoch = [&](int training, int epoch) {
        if (training == 4 && epoch == 2) interrupts = level;
      };
      const nac::fw::RunOutcome outcome = fakes::run(experiment, task, engine, *study, silent, interrupts);
      done = !outcome.interrupted;
      int running = 0;
      for (const Trial &t : study->trials()) running += t.state == TrialState::running;
      if (level == 1 || done) CHECK(running == 0);
      if (level == 2 && !done) CHECK(running > 0);
      CHECK(outcome.files.html.empty() == !done);
    }
    CHECK(stops > 3);
    CHECK(fakes::results_of(*study) == expected);
  }
}

TEST_CASE("A finished study trains nothing again") {
  TempFolder temp;
  const std::string expected = uninterrupted(temp / "s", 30);
  const auto study = Study::open(temp / "s", Study::Mode::resume);
  fakes::Task task;
  fakes::Engine engine;
  nac::fw::Observer silent;
  const std::atomic<int> interrupts{0};
  const nac::fw::RunOutcome outcome =
      fakes::run(fakes::experiment(temp / "s", 30), task, engine, *study, silent, interrupts);
  CHECK(engine.trainings == 0);
  CHECK(task.reads == 0);
  CHECK(fakes::results_of(*study) == expected);
  CHECK(outcome.status.finished == 32);
}

TEST_CASE("A search that asks for something else than recorded is refused") {
  TempFolder temp;
  uninterrupted(temp / "s", 30);
  const auto study = Study::open(temp / "s", Study::Mode::resume);
  Trial changed = *study->trial(20);
  nac::fw::Experiment experiment = fakes::experiment(temp / "s", 30);
  fakes::Task task;
  fakes::Engine engine;
  nac::fw::Observer silent;
  const std::atomic<int> interrupts{0};
  const auto resume = [&] { fakes::run(experiment, task, engine, *study, silent, interrupts); };
  SECTION("another point") {
    nac::fw::Point point = nac::fw::Point::from_json(task.space(), changed.point);
    point.set(1, point.get(1) > 0 ? point.get(1) - 1 : 1);
    changed.point = point.to_json();
    study->update_trial(changed);
    CHECK_THROWS_WITH(resume(), Contains("trial 20 was " + changed.point));
  }
  SECTION("another number of results before it") {
    changed.told_before -= 1;
    study->update_trial(changed);
    CHECK_THROWS_WITH(resume(), Contains("the study cannot be continued: trial 20"));
  }
  SECTION("other results") {
    for (uint64_t number = 2;; ++number) {
      Trial told = *study->trial(number);
      if (told.state != TrialState::complete || !told.feasible) continue;
      told.objectives[0] += 1e-9;
      study->update_trial(told);
      break;
    }
    CHECK_THROWS_WITH(resume(), Contains("the study cannot be continued"));
  }
}

TEST_CASE("More trials continue a finished study") {
  TempFolder temp;
  const std::string before = uninterrupted(temp / "s", 20);
  const auto study = Study::open(temp / "s", Study::Mode::resume);
  fakes::Task task;
  fakes::Engine engine;
  struct Warnings final : nac::fw::Observer {
    std::vector<std::string> texts;
    void warning(const std::string &text) override { texts.push_back(text); }
  } warnings;
  const std::atomic<int> interrupts{0};
  fakes::run(fakes::experiment(temp / "s", 35), task, engine, *study, warnings, interrupts);
  CHECK(study->trials().size() == 37);
  const std::string after = fakes::results_of(*study);
  CHECK(after.substr(0, before.rfind("\ntold ")) == before.substr(0, before.rfind("\ntold ")));
  REQUIRE(warnings.texts.size() == 1);
  CHECK(warnings.texts[0] == "the number of trials was 20 when the study was started and is now 35");
}
