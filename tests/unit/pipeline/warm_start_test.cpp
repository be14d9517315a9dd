// SPDX-License-Identifier: Apache-2.0
#include "pipeline/warm_start.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "fakes.hpp"
#include "pipeline/quantities.hpp"
#include "support/temp_folder.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;
using nac::test::TempFolder;

namespace {

std::string run(const Experiment &e, int stop_at_training = -1) {
  const fakes::Task task;
  fakes::Engine engine;
  Observer silent;
  std::atomic<int> interrupts{0};
  engine.on_epoch = [&](int training, int) {
    if (training == stop_at_training) interrupts = 1;
  };
  const bool there = Study::exists(e.study);
  const auto study = Study::open(e.study, there ? Study::Mode::resume : Study::Mode::create);
  fakes::run(e, task, engine, *study, silent, interrupts);
  return fakes::results_of(*study);
}

std::vector<WarmResult> told(const Experiment &e, const fakes::Task &task) {
  const bool there = Study::exists(e.study);
  const auto study = Study::open(e.study, there ? Study::Mode::resume : Study::Mode::create);
  fakes::Engine engine;
  Observer silent;
  const std::atomic<int> never{0};
  const SearchFactory none;
  return warm_results({e, task, none, engine, *study, silent, never});
}

}  // namespace

TEST_CASE("A search is told an earlier study's measured trials once, with this study's costs and constraints") {
  TempFolder temp;
  const Experiment first = fakes::experiment(temp / "first", 40);
  run(first);
  Experiment second = fakes::experiment(temp / "second", 10);
  second.search->warm_start = {(temp / "first").string(), (temp / "first").string()};
  second.search->constraints = {{"parameters", true, 150, "parameters <= 150"}};
  second.bops.weight_bits = second.bops.activation_bits = 4;
  const fakes::Task task;
  const std::vector<WarmResult> results = told(second, task);

  const auto study = Study::open(first.study, Study::Mode::read);
  std::map<std::string, Trial> measured;
  for (const Trial &t : study->trials())
    if (t.measured() && t.duplicate_of < 0 && !t.point.empty())
      measured.emplace(Point::from_json(task.space(), t.point).canonical(), t);
  REQUIRE(results.size() == measured.size());
  int infeasible = 0;
  std::set<std::string> seen;
  for (const WarmResult &r : results) {
    CHECK(seen.insert(r.point.canonical()).second);
    const Trial &t = measured.at(r.point.canonical());
    const auto costs = measured_costs(task.build(r.point), second.bops);
    REQUIRE((r.status == NAC_OK) == (costs.at("parameters") <= 150));
    infeasible += r.status == NAC_INFEASIBLE ? 1 : 0;
    if (r.status != NAC_OK) continue;
    CHECK(r.objectives == std::vector<double>{t.metrics.at("error"), costs.at("bops")});
    CHECK(costs.at("bops") != t.metrics.at("bops"));
  }
  CHECK(infeasible > 0);
  CHECK(infeasible < static_cast<int>(results.size()));
}

TEST_CASE("A warm start changes the search and survives the loss of the earlier study") {
  TempFolder temp;
  run(fakes::experiment(temp / "first", 20));
  run(fakes::experiment(temp / "cold", 30));
  const auto warm = [&](const char *name) {
    Experiment e = fakes::experiment(temp / name, 30);
    e.search->warm_start = {(temp / "first").string()};
    return e;
  };
  const std::string whole = run(warm("whole"));
  CHECK(whole != fakes::results_of(*Study::open(temp / "cold", Study::Mode::read)));
  const std::string part = run(warm("stopped"), 7);
  REQUIRE(part != whole);
  std::filesystem::remove_all(temp / "first");
  CHECK(run(warm("stopped")) == whole);
  // Not forgotten by accident, nor added later.
  Experiment without = fakes::experiment(temp / "stopped", 30);
  CHECK_THROWS_WITH(run(without), Contains("search.warm_start"));
}

TEST_CASE("Studies that cannot be used are refused with the reason") {
  TempFolder temp;
  Experiment e = fakes::experiment(temp / "new", 5);
  const fakes::Task task;
  e.search->warm_start = {(temp / "missing").string()};
  CHECK_THROWS_AS(told(e, task), UsageError);
  CHECK_THROWS_WITH(told(e, task), Contains("search.warm_start") && Contains("missing"));
  run(fakes::experiment(temp / "first", 5));
  e.search->warm_start = {(temp / "first").string()};
  e.search->objectives = {"score", "nothing"};
  CHECK_THROWS_WITH(told(e, task), Contains("nothing"));
}
