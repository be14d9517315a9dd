// SPDX-License-Identifier: Apache-2.0
//
// Searches with rungs: states, artifacts, independence of workers, resuming.
#include <catch2/catch.hpp>
#include <set>

#include "fakes.hpp"
#include "support/temp_folder.hpp"

using Catch::Matchers::Contains;
using nac::fw::FidelityKind;
using nac::fw::Study;
using nac::fw::Trial;
using nac::fw::TrialState;
using nac::test::TempFolder;

namespace {

nac::fw::Experiment with_rungs(const std::filesystem::path &folder, FidelityKind kind, uint64_t trials = 80) {
  nac::fw::Experiment e = fakes::experiment(folder, trials);
  e.search->train.epochs = 9;
  e.search->fidelity = {kind, 3, 0.1};
  return e;
}

struct Result {
  std::string text;
  std::vector<Trial> trials;
  nac::fw::RunOutcome outcome;
  int epochs = 0;
  std::unique_ptr<Study> study;
};

Result run(const nac::fw::Experiment &experiment, int delay_us = 0, bool patience = false) {
  Result r;
  r.study = Study::open(experiment.study, Study::Mode::create);
  fakes::Task task;
  fakes::Engine engine(delay_us);
  if (patience) engine.ends_after = [](uint64_t key, int epoch) { return epoch == 2 && key % 3 == 0; };
  nac::fw::Observer silent;
  const std::atomic<int> interrupts{0};
  r.outcome = fakes::run(experiment, task, engine, *r.study, silent, interrupts);
  r.text = fakes::results_of(*r.study);
  r.trials = r.study->trials();
  r.epochs = engine.epochs;
  return r;
}

std::set<std::string> artifacts(const Study &study) {
  std::set<std::string> names;
  for (const auto &entry : std::filesystem::directory_iterator(study.folder() / "artifacts"))
    names.insert(entry.path().filename().string());
  return names;
}

}  // namespace

TEST_CASE("With rungs, trials, decisions and tells do not depend on the number of workers") {
  for (const FidelityKind kind : {FidelityKind::asha, FidelityKind::median}) {
    INFO(name_of(kind));
    TempFolder temp;
    std::string one;
    for (const int workers : {1, 3, 8}) {
      nac::fw::Experiment e = with_rungs(temp / std::to_string(workers), kind);
      e.search->parallel = workers;
      const Result r = run(e, workers == 1 ? 0 : 1500);
      if (one.empty()) one = r.text;
      REQUIRE(r.text == one);
    }
    CHECK_THAT(one, Contains(":stop:"));
    CHECK_THAT(one, Contains(":continue:"));
  }
}

TEST_CASE("Stopped trials have a state, a reason, results and a model, and cost no further epochs") {
  TempFolder temp;
  const Result r = run(with_rungs(temp / "s", FidelityKind::asha));
  std::size_t stopped = 0, repeated = 0;
  double epochs = 0;
  std::set<std::string> models;
  for (const Trial &t : r.trials) {
    INFO("trial " << t.number << ": " << name_of(t.state) << " " << t.reason);
    CHECK(t.finished());
    models.insert(t.model);
    repeated += t.state == TrialState::stopped && t.duplicate_of >= 0;
    if (t.duplicate_of >= 0) continue;
    if (const auto at = t.metrics.find("epochs"); at != t.metrics.end()) epochs += at->second;
    if (t.state != TrialState::stopped) continue;
    ++stopped;
    CHECK_THAT(t.reason, Contains("rung ") && Contains(" at epoch ") && Contains("in its cost class"));
    CHECK((t.metrics.at("epochs") == 1 || t.metrics.at("epochs") == 3));
    CHECK(r.study->epochs(t.number).size() == static_cast<std::size_t>(t.metrics.at("epochs")));
    REQUIRE(t.objectives.size() == 2);
    CHECK(t.objectives[0] == t.metrics.at("error"));
    CHECK(t.model.size() == 64);
    CHECK(t.feasible == (t.metrics.at("error") <= 0.4));
  }
  CHECK(stopped > 10);
  CHECK(r.epochs == epochs);  // no epoch was trained twice
  CHECK(r.outcome.status.stopped == stopped + repeated);
  CHECK(r.outcome.status.epochs == epochs);
  CHECK(r.outcome.status.epochs_saved > 6 * static_cast<double>(stopped) - 1);
  CHECK(r.trials[0].state != TrialState::stopped);  // presets
  CHECK(r.trials[1].state != TrialState::stopped);
  // No checkpoint and no model of a rung is left.
  models.erase("");
  CHECK(artifacts(*r.study) == models);
}

TEST_CASE("A training that ends between rungs counts at the later ones with what it reached") {
  TempFolder temp;
  const Result r = run(with_rungs(temp / "s", FidelityKind::asha), 0, true);
  int carried = 0;
  for (const Study::RungRow &row : r.study->rungs()) {
    if (row.decision != "ended") continue;
    ++carried;
    CHECK(row.rung == 2);
    CHECK(row.epoch == 2);
    CHECK(row.checkpoint.empty());
    CHECK(row.objectives == r.trials[row.trial].objectives);
    CHECK(r.trials[row.trial].state == TrialState::complete);
  }
  CHECK(carried > 3);
}

TEST_CASE("Without rungs nothing is written about them") {
  TempFolder temp;
  const Result r = run(with_rungs(temp / "s", FidelityKind::none, 20));
  CHECK(r.study->rungs().empty());
  CHECK(r.study->results().empty());
  CHECK(r.outcome.status.stopped == 0);
}

TEST_CASE("An interrupted search with rungs goes on at them, training no epoch again") {
  TempFolder temp;
  const Result whole = run(with_rungs(temp / "whole", FidelityKind::asha, 50));
  const nac::fw::Experiment e = with_rungs(temp / "s", FidelityKind::asha, 50);
  const auto study = Study::open(e.study, Study::Mode::create);
  fakes::Task task;
  nac::fw::Observer silent;
  int epochs = 0, stops = 0, paused = 0;
  for (bool done = false; !done; ++stops) {
    REQUIRE(stops < 100);
    std::atomic<int> interrupts{0};
    fakes::Engine engine(300);
    engine.on_epoch = [&](int training, int) {
      if (training == 7) interrupts = 1;
    };
    done = !fakes::run(e, task, engine, *study, silent, interrupts).interrupted;
    epochs += engine.epochs;
    for (const Trial &t : study->trials()) paused += t.state == TrialState::paused;
  }
  CHECK(stops > 4);
  CHECK(paused > 0);
  CHECK(epochs == whole.epochs);
  CHECK(fakes::results_of(*study) == whole.text);
  CHECK(artifacts(*study) == artifacts(*whole.study));
}

TEST_CASE("A checkpoint that is gone or damaged costs time, not the study") {
  TempFolder temp;
  const Result whole = run(with_rungs(temp / "whole", FidelityKind::asha, 40));
  nac::fw::Experiment e = with_rungs(temp / "s", FidelityKind::asha, 40);
  e.search->parallel = 1;
  const auto study = Study::open(e.study, Study::Mode::create);
  fakes::Task task;
  struct Warnings final : nac::fw::Observer {
    std::vector<std::string> texts;
    void warning(const std::string &text) override { texts.push_back(text); }
  } warnings;
  std::atomic<int> interrupts{0};
  fakes::Engine first(2000);
  first.on_epoch = [&](int training, int) {
    if (training == 12) interrupts = 1;
  };
  CHECK(fakes::run(e, task, first, *study, warnings, interrupts).interrupted);
  int damaged = 0;
  for (const Study::RungRow &row : study->rungs())
    if (std::filesystem::exists(study->artifact_path(row.checkpoint.empty() ? std::string(64, '0') : row.checkpoint))) {
      std::filesystem::resize_file(study->artifact_path(row.checkpoint), 10);
      ++damaged;
    }
  REQUIRE(damaged > 0);
  interrupts = 0;
  fakes::Engine second(0);
  CHECK_FALSE(fakes::run(e, task, second, *study, warnings, interrupts).interrupted);
  REQUIRE_FALSE(warnings.texts.empty());
  CHECK_THAT(warnings.texts[0],
             Contains("cannot be continued and is trained again from its start") && Contains("is damaged"));
  CHECK(fakes::results_of(*study) == whole.text);
}
