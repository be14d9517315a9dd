// SPDX-License-Identifier: Apache-2.0
#include "pipeline/candidates.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <thread>

#include "fakes.hpp"
#include "graph/canonical_hash.hpp"
#include "pipeline/quantities.hpp"
#include "support/temp_folder.hpp"

using Catch::Matchers::Contains;
using nac::test::TempFolder;
using namespace nac::fw;

namespace {
struct Asked {
  fakes::Task task;
  Experiment experiment = fakes::experiment("unused", 10);
  std::vector<Quantity> objectives;
  std::unique_ptr<TaskCandidates> candidates;
  explicit Asked(std::vector<std::string> names) {
    experiment.search->objectives = std::move(names);
    objectives = objectives_of(*experiment.search, task.info());
    candidates = std::make_unique<TaskCandidates>(task, *experiment.search, experiment.bops, objectives);
  }
};
nac_status status_of(const Candidates &c, const std::vector<double> &values) {
  try {
    c.evaluate(values);
    return NAC_OK;
  } catch (const Error &e) {
    return e.status();
  }
}
}  // namespace

TEST_CASE("Costs are answered as a trial would measure them, what training tells is not") {
  const Asked asked({"score", "parameters", "error", "bops"});
  CHECK(asked.candidates->objective_count() == 4);
  CHECK(asked.candidates->exact() == 0b1010);
  const std::vector<double> values{1, 2, 3, 0, 0};
  Point point(asked.task.space());
  for (uint32_t i = 0; i < values.size(); ++i) point.set(i, values[i]);
  const Graph graph = asked.task.build(point);
  const std::map<std::string, double> costs = measured_costs(graph, asked.experiment.bops);
  const Candidates::Answer answer = asked.candidates->evaluate(values);
  REQUIRE(answer.objectives.size() == 4);
  CHECK(std::isnan(answer.objectives[0]));
  CHECK(answer.objectives[1] == costs.at("parameters"));
  CHECK(std::isnan(answer.objectives[2]));
  CHECK(answer.objectives[3] == costs.at("bops"));
  // The identity is the hash by which trials are recognized as repetitions.
  CHECK(fmt::format("{:016x}{:016x}", answer.identity[0], answer.identity[1]) == canonical_hash(graph));
  CHECK(asked.candidates->evaluate({1, 2, 3, 1, 0}).identity == answer.identity);  // "ignored" builds the same
  CHECK(asked.candidates->evaluate({1, 3, 3, 0, 0}).identity != answer.identity);
}

TEST_CASE("What cannot be built or breaks a constraint on costs is infeasible, what is no point is refused") {
  const Asked asked({});
  CHECK(status_of(*asked.candidates, {3, 5, 0, 0, 0}) == NAC_INFEASIBLE);
  CHECK_THROWS_WITH(asked.candidates->evaluate({3, 5, 0, 0, 0}), "too deep for this width");
  CHECK_THROWS_WITH(asked.candidates->evaluate({3, 3, 5, 0, 0}), Contains("the constraint is parameters <= 400"));
  CHECK(status_of(*asked.candidates, {1, 2, 3, 0}) == NAC_INVALID_ARGUMENT);
  CHECK(status_of(*asked.candidates, {1, 2, 99, 0, 0}) == NAC_INVALID_ARGUMENT);
  CHECK(status_of(*asked.candidates, {1, NAN, 1, 0, 0}) == NAC_INVALID_ARGUMENT);
  CHECK(status_of(*asked.candidates, {1, 2, 3, 0, 0}) == NAC_OK);
}

TEST_CASE("Answers are remembered, also that there is none, but not that the builder is broken") {
  Asked asked({});
  asked.task.build_fails = true;
  CHECK(status_of(*asked.candidates, {1, 2, 3, 0, 0}) == NAC_INTERNAL);
  asked.task.build_fails = false;
  const Candidates::Answer answer = asked.candidates->evaluate({1, 2, 3, 0, 0});
  CHECK(status_of(*asked.candidates, {3, 5, 0, 0, 0}) == NAC_INFEASIBLE);
  asked.task.build_fails = true;
  CHECK(asked.candidates->evaluate({1, 2, 3, 0, 0}).identity == answer.identity);
  CHECK(status_of(*asked.candidates, {3, 5, 0, 0, 0}) == NAC_INFEASIBLE);
  CHECK(status_of(*asked.candidates, {2, 2, 3, 0, 0}) == NAC_INTERNAL);
}

TEST_CASE("Several threads may ask at a time") {
  const Asked asked({});
  std::vector<std::thread> threads;
  std::vector<double> sums(4);
  for (std::size_t t = 0; t < sums.size(); ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 4 * 3 * 6; ++i)
        sums[t] += asked.candidates->evaluate({static_cast<double>(i % 3), static_cast<double>(i / 3 % 4), 0, 0, 0})
                       .objectives[1];
    });
  for (std::thread &t : threads) t.join();
  for (const double sum : sums) CHECK(sum == sums[0]);
}

TEST_CASE("A search run offers its answers, and they are those of the trials") {
  TempFolder temp;
  const Experiment experiment = fakes::experiment(temp / "s", 40);
  const auto study = Study::open(temp / "s", Study::Mode::create);
  fakes::Task task;
  fakes::Engine engine;
  Observer silent;
  const std::atomic<int> interrupts{0};
  const Candidates *offered = nullptr;
  std::vector<std::pair<std::string, double>> answers;  // by point: its cost, or -1 for infeasible
  struct Curious final : SearchPort {
    fakes::Search inner;
    const Candidates &candidates;
    std::vector<std::pair<std::string, double>> &answers;
    Curious(const Space &space, const SearchProxy::Setup &setup, std::vector<std::pair<std::string, double>> &out)
        : inner(space, setup), candidates(*setup.candidates), answers(out) {}
    AskOutcome ask(uint64_t trial, Point &point) override {
      const AskOutcome outcome = inner.ask(trial, point);
      if (outcome != AskOutcome::proposed) return outcome;
      std::vector<double> values;
      for (uint32_t i = 0; i < 5; ++i) values.push_back(point.get(i));
      const bool feasible = status_of(candidates, values) == NAC_OK;
      answers.emplace_back(point.to_json(), feasible ? candidates.evaluate(values).objectives[1] : -1);
      return outcome;
    }
    void tell(uint64_t trial, nac_status status, const Point &point, const std::vector<double> &f) override {
      inner.tell(trial, status, point, f);
    }
  };
  const RunParts parts{task,
                       [&](const SearchProxy::Setup &setup) -> std::unique_ptr<SearchPort> {
                         offered = setup.candidates;
                         return std::make_unique<Curious>(task.space(), setup, answers);
                       },
                       {{"fake.task", "1", "/nowhere/task.so", "aa"}, {"fake.search", "1", "/nowhere/s.so", "bb"}}};
  run_experiment(experiment, parts, engine, *study, silent, interrupts);
  REQUIRE(offered != nullptr);
  REQUIRE(answers.size() == 40);
  int rejected = 0;
  for (const Trial &t : study->trials()) {
    if (!t.preset.empty()) continue;
    const auto &[point, cost] = answers[t.number - 2];
    CHECK(point == t.point);
    if (cost < 0) {
      ++rejected;
      CHECK(t.state == TrialState::infeasible);
    } else {
      CHECK(t.state != TrialState::infeasible);
      if (!t.objectives.empty()) CHECK(cost == t.objectives[1]);
    }
  }
  CHECK(rejected > 3);
}
