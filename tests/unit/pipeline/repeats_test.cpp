// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "fakes.hpp"
#include "pipeline/trainings.hpp"
#include "support/temp_folder.hpp"

using Catch::Matchers::Contains;
using nac::fw::Study;
using nac::fw::Trial;
using nac::fw::TrialState;
using nac::test::TempFolder;

namespace {

struct Result {
  std::string text;
  std::unique_ptr<Study> study;
  int trainings = 0;
};

Result run(const std::filesystem::path &folder, int workers, int delay_us) {
  nac::fw::Experiment e = fakes::experiment(folder, 60);
  e.search->repeats = 3;
  e.search->parallel = workers;
  Result r;
  r.study = Study::open(folder, Study::Mode::create);
  fakes::Task task;
  fakes::Engine engine(delay_us);
  nac::fw::Observer silent;
  const std::atomic<int> interrupts{0};
  fakes::run(e, task, engine, *r.study, silent, interrupts);
  r.text = fakes::results_of(*r.study);
  r.trainings = engine.trainings;
  return r;
}

}  // namespace

TEST_CASE("Each candidate is trained with several seeds and told by its mean") {
  TempFolder temp;
  const Result r = run(temp / "s", 1, 0);
  std::map<uint64_t, std::vector<Study::ResultRow>> results;
  for (const Study::ResultRow &row : r.study->results()) results[row.trial].push_back(row);
  int means = 0, failed_later = 0;
  std::size_t rows = 0;
  for (const Trial &t : r.study->trials()) {
    INFO("trial " << t.number << ": " << name_of(t.state) << " " << t.reason);
    const auto &of = results[t.number];
    rows += of.size();
    if (t.duplicate_of >= 0) {
      CHECK(of.empty());
      continue;
    }
    if (t.state == TrialState::failed && !of.empty()) {
      // The seed that failed is the last that was tried.
      CHECK_FALSE(of.back().reason.empty());
      CHECK_THAT(t.reason, Contains("seed " + std::to_string(of.size()) + " of 3: diverged"));
      CHECK(t.metrics.count("error") == 0);
      CHECK(t.model.empty());
      failed_later += of.size() > 1;
    }
    if (t.state != TrialState::complete) continue;
    REQUIRE(of.size() == 3);
    double sum = 0, epochs = 0;
    for (const Study::ResultRow &row : of) {
      sum += row.metrics.at("error");
      epochs += row.metrics.at("epochs");
      CHECK(std::filesystem::exists(r.study->artifact_path(row.model)));
    }
    CHECK(of[0].metrics.at("error") != of[1].metrics.at("error"));
    CHECK(of[1].metrics.at("error") != of[2].metrics.at("error"));
    CHECK(t.metrics.at("error") == Approx(sum / 3));
    CHECK(t.objectives[0] == t.metrics.at("error"));
    CHECK(t.feasible == (t.metrics.at("error") <= 0.4));
    CHECK(t.metrics.at("epochs") == epochs);
    CHECK(t.model == of[0].model);
    ++means;
  }
  CHECK(means > 10);
  CHECK(failed_later > 0);
  CHECK(rows == static_cast<std::size_t>(r.trainings));
  CHECK(r.study->trial(0)->state != TrialState::asked);  // presets too
  CHECK(run(temp / "t", 4, 1500).text == r.text);
}

TEST_CASE("The first seed of several is the seed of a search without repeats") {
  TempFolder temp;
  const Result r = run(temp / "s", 2, 0);
  const auto study = Study::open(temp / "t", Study::Mode::create);
  fakes::Task task;
  fakes::Engine engine;
  nac::fw::Observer silent;
  const std::atomic<int> interrupts{0};
  fakes::run(fakes::experiment(temp / "t", 1), task, engine, *study, silent, interrupts);
  REQUIRE(r.study->results().front().trial == 0);
  CHECK(r.study->results().front().metrics.at("error") == study->trial(0)->metrics.at("error"));
}

TEST_CASE("Means of several trainings") {
  nac::fw::TaskInfo info;
  info.metrics = {{"error", "px", "", -1}};
  const auto mean = nac::fw::mean_metrics(
      {{0, 0, "", {{"error", 1}, {"seconds", 2}, {"epochs", 3}, {"bops", 7}, {"best_epoch", 2}}, ""},
       {0, 1, "", {{"error", 4}, {"seconds", 5}, {"epochs", 6}, {"bops", 7}, {"best_epoch", 1}}, ""}},
      info);
  CHECK(mean.at("error") == 2.5);
  CHECK(mean.at("seconds") == 7);
  CHECK(mean.at("epochs") == 9);
  CHECK(mean.at("bops") == 7);
  CHECK(mean.at("best_epoch") == 2);
}
