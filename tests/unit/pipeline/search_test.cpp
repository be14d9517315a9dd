// SPDX-License-Identifier: Apache-2.0
#include "pipeline/search.hpp"

#include <catch2/catch.hpp>

#include "fakes.hpp"
#include "support/temp_folder.hpp"

using Catch::Matchers::Contains;
using nac::fw::Study;
using nac::fw::Trial;
using nac::fw::TrialState;
using nac::test::TempFolder;

namespace {

struct Result {
  std::string text;
  std::vector<Trial> trials;
  std::vector<uint64_t> tells;
  nac::fw::RunOutcome outcome;
};

Result run(const std::filesystem::path &folder, int workers, int delay_us, uint64_t trials = 80,
           uint64_t exhausted_after = 1u << 30, bool augments = true) {
  nac::fw::Experiment experiment = fakes::experiment(folder, trials);
  experiment.search->parallel = workers;
  const auto study = Study::open(folder, Study::Mode::create);
  fakes::Task task(augments);
  fakes::Engine engine(delay_us);
  nac::fw::Observer silent;
  const std::atomic<int> interrupts{0};
  Result r;
  r.outcome = fakes::run(experiment, task, engine, *study, silent, interrupts, exhausted_after);
  r.text = fakes::results_of(*study);
  r.trials = study->trials();
  r.tells = study->tells();
  return r;
}

}  // namespace

TEST_CASE("Results do not depend on the number of workers or on timing") {
  TempFolder temp;
  const Result one = run(temp / "1", 1, 0);
  const Result four = run(temp / "4", 4, 4000);
  const Result eight = run(temp / "8", 8, 4000);
  CHECK(one.text == four.text);
  CHECK(one.text == eight.text);
  // The comparison is worth something only if all the kinds of trials came up.
  std::map<TrialState, int> states;
  int repeated = 0, broken = 0;
  for (const Trial &t : one.trials) {
    ++states[t.state];
    repeated += t.duplicate_of >= 0;
    broken += t.state == TrialState::complete && !t.feasible;
  }
  CHECK(states[TrialState::complete] > 20);
  CHECK(states[TrialState::infeasible] > 3);
  CHECK(states[TrialState::failed] > 1);
  CHECK(repeated > 5);
  CHECK(broken > 0);
  CHECK(states[TrialState::asked] + states[TrialState::running] == 0);
}

TEST_CASE("The seed changes the search and the trainings") {
  TempFolder temp;
  nac::fw::Experiment experiment = fakes::experiment(temp / "s", 20);
  experiment.seed = 6;
  const auto study = Study::open(temp / "s", Study::Mode::create);
  fakes::Task task;
  fakes::Engine engine;
  nac::fw::Observer silent;
  const std::atomic<int> interrupts{0};
  fakes::run(experiment, task, engine, *study, silent, interrupts);
  CHECK(fakes::results_of(*study) != run(temp / "t", 1, 0, 20).text);
}

TEST_CASE("Asks come after exactly the tells that the rule names") {
  TempFolder temp;
  const Result r = run(temp / "s", 3, 500);
  constexpr uint64_t presets = 2, lookahead = 8;
  REQUIRE(r.trials.size() == 82);
  uint64_t told = 0;
  for (const Trial &t : r.trials) {
    if (t.number < presets) continue;
    const uint64_t n = t.number - presets;
    // At least what the rule wants; more only where the search asked to wait, and never more than there were.
    CHECK(t.told_before >= std::max(told, n >= lookahead ? n - lookahead + 1 : 0));
    CHECK(t.told_before <= n);
    told = t.told_before;
  }
  REQUIRE(r.tells.size() == 80);
  for (uint64_t i = 0; i < r.tells.size(); ++i) CHECK(r.tells[i] == i + presets);
}

TEST_CASE("A repetition has the results of the first trial of its architecture, untrained") {
  TempFolder temp;
  const Result r = run(temp / "s", 4, 2000);
  std::map<std::string, uint64_t> first;
  for (const Trial &t : r.trials) {
    if (t.hash.empty()) continue;
    const auto [at, fresh] = first.try_emplace(t.hash, t.number);
    if (fresh) {
      CHECK(t.duplicate_of == -1);
      continue;
    }
    REQUIRE(t.duplicate_of == static_cast<int64_t>(at->second));
    const Trial &original = r.trials[at->second];
    CHECK(t.state == original.state);
    CHECK(t.objectives == original.objectives);
    CHECK(t.model == original.model);
    CHECK(t.metrics.count("seconds") == 0);
  }
}

TEST_CASE("Constraints on costs are checked before training, others after it") {
  TempFolder temp;
  for (const Trial &t : run(temp / "s", 2, 0).trials) {
    INFO("trial " << t.number << ": " << t.reason);
    if (t.metrics.count("parameters") != 0 && t.metrics.at("parameters") > 400) {
      CHECK(t.state == TrialState::infeasible);
      CHECK(t.metrics.count("error") == 0);
      CHECK_THAT(t.reason, Contains("the constraint is parameters <= 400"));
    }
    if (t.state == TrialState::complete) {
      CHECK(t.feasible == (t.metrics.at("error") <= 0.4));
      REQUIRE(t.objectives.size() == 2);
      CHECK(t.objectives[0] == t.metrics.at("error"));
      CHECK(t.objectives[1] == t.metrics.at("bops"));
      CHECK(t.model.size() == 64);
    }
    if (t.state == TrialState::failed) CHECK(t.reason == "diverged: loss is not finite in epoch 2");
  }
}

TEST_CASE("An exhausted search ends the stage without an error") {
  TempFolder temp;
  const Result r = run(temp / "s", 2, 0, 80, 13);
  CHECK(r.trials.size() == 15);
  CHECK(r.tells.size() == 13);
  CHECK_FALSE(r.outcome.interrupted);
  CHECK(r.outcome.status.planned == 15);
}

TEST_CASE("Splits are read once unless the task augments") {
  TempFolder temp;
  for (const bool augments : {false, true}) {
    const auto study = Study::open(temp / (augments ? "a" : "b"), Study::Mode::create);
    nac::fw::Experiment experiment = fakes::experiment(study->folder(), 10);
    experiment.select.reset();
    fakes::Task task(augments);
    fakes::Engine engine;
    nac::fw::Observer silent;
    const std::atomic<int> interrupts{0};
    fakes::run(experiment, task, engine, *study, silent, interrupts);
    CHECK(task.reads == (augments ? 1 + 3 * engine.trainings : 2));
    CHECK(task.test_reads == 0);
  }
}

TEST_CASE("Trials run side by side, at most as many as asked for and as the lookahead allows") {
  TempFolder temp;
  for (const auto &[parallel, lookahead, most] : std::vector<std::array<int, 3>>{{3, 8, 3}, {8, 2, 2}}) {
    const auto study = Study::open(temp / std::to_string(parallel), Study::Mode::create);
    nac::fw::Experiment experiment = fakes::experiment(study->folder(), 60);
    experiment.search->parallel = parallel;
    experiment.search->lookahead = static_cast<uint32_t>(lookahead);
    fakes::Task task;
    fakes::Engine engine(20000);
    nac::fw::Observer silent;
    const std::atomic<int> interrupts{0};
    fakes::run(experiment, task, engine, *study, silent, interrupts);
    CHECK(engine.most_at_once == most);
  }
}

TEST_CASE("What is wrong with the run ends it, what is wrong with a trial does not") {
  TempFolder temp;
  const auto study = Study::open(temp / "s", Study::Mode::create);
  nac::fw::Experiment experiment = fakes::experiment(study->folder(), 40);
  fakes::Task task;
  fakes::Engine engine;
  nac::fw::Observer silent;
  const std::atomic<int> interrupts{0};
  const auto run_it = [&] { fakes::run(experiment, task, engine, *study, silent, interrupts); };
  SECTION("data that cannot be read") {
    task.broken_split = "validation";
    CHECK_THROWS_WITH(run_it(), "split 'validation' cannot be read");
    for (const Trial &t : study->trials()) CHECK(t.state == TrialState::asked);
    task.broken_split.clear();
    CHECK_NOTHROW(run_it());
  }
  SECTION("every training fails") {
    engine.every_training_fails = true;
    CHECK_THROWS_WITH(run_it(), Contains("the first 10 trials of the search that could be built all failed") &&
                                    Contains("no device"));
  }
  SECTION("every build fails") {
    task.build_fails = true;
    CHECK_THROWS_WITH(run_it(), Contains("the first 10 trials of the search") && Contains("the builder is broken"));
  }
  SECTION("an unknown preset, objective or constraint") {
    SECTION("preset") {
      experiment.search->presets = {"nosuch"};
      CHECK_THROWS_AS(run_it(), nac::fw::UsageError);
    }
    SECTION("objective") {
      experiment.search->objectives = {"error", "hls.lut"};
      CHECK_THROWS_WITH(run_it(), Contains("nothing measures 'hls.lut'; there are error, score, bops"));
    }
    SECTION("constraint") {
      experiment.search->constraints = {{"dsp", true, 1, "dsp <= 1"}};
      CHECK_THROWS_WITH(run_it(), Contains("nothing measures 'dsp'"));
    }
    CHECK(study->trials().size() <= 1);
  }
}
