// SPDX-License-Identifier: Apache-2.0
//
// The stages after the search, with fakes: what they give, and that neither interruptions nor workers change it.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "fake_pass.hpp"
#include "fakes.hpp"
#include "graph/onnx.hpp"
#include "pipeline/local/unit_state.hpp"
#include "support/temp_folder.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;
using nac::test::TempFolder;

namespace {

CompressPass pass(const std::string &name, std::map<std::string, ConfigValue> parameters,
                  std::map<std::string, std::vector<ConfigValue>> grid = {}) {
  CompressPass p;
  p.pass = {name, std::move(parameters)};
  p.grid = std::move(grid);
  return p;
}

Experiment local_experiment(const std::filesystem::path &folder) {
  Experiment e = fakes::experiment(folder, 12);
  e.tune = TuneStage();
  e.tune->strategy.plugin = "fake.search";
  e.tune->trials = 12;
  e.tune->base = e.search->train;
  e.compression.base = e.search->train;
  e.compress = {
      pass("qat", {{"steps", int64_t{2}}, {"teacher", int64_t{1}}}, {{"bits", {int64_t{4}, int64_t{8}}}}),
      pass("prune", {{"steps", int64_t{3}}, {"undo", int64_t{2}}, {"rewind", int64_t{1}}, {"edit_last", int64_t{1}}})};
  e.choose = ChooseStage();
  e.choose->delta = 0.5;
  e.choose->seeds = 2;
  return e;
}

RunOutcome run(const Experiment &e, Study &study, fakes::Engine &engine, const std::atomic<int> &interrupts) {
  fakes::Task task;
  Observer silent;
  return fakes::run(e, task, engine, study, silent, interrupts);
}

std::unique_ptr<Study> finished(const Experiment &e) {
  auto study = Study::open(e.study, Study::Mode::create);
  fakes::Engine engine;
  const std::atomic<int> none{0};
  run(e, *study, engine, none);
  return study;
}

std::vector<Study::CompressRow> rows_of(const Study &study, uint64_t trial, const std::string &chain) {
  std::vector<Study::CompressRow> rows;
  for (const Study::CompressRow &row : study.compress_rows())
    if (row.trial == trial && row.chain == chain) rows.push_back(row);
  return rows;
}

}  // namespace

TEST_CASE("A run tunes, compresses and chooses") {
  TempFolder temp;
  const auto study = finished(local_experiment(temp / "s"));
  std::map<uint64_t, int> recipes, models;
  for (const Study::TuneRow &row : study->tune_rows()) {
    ++recipes[row.trial];
    CHECK((row.state == "complete" || row.state == "failed"));
    models[row.trial] += row.model.empty() ? 0 : 1;
  }
  REQUIRE_FALSE(recipes.empty());
  for (const auto &[trial, count] : recipes) {
    CHECK(count == 12);
    CHECK(models[trial] == 1);
  }
  const uint64_t trial = recipes.begin()->first;
  const auto rows = rows_of(*study, trial, R"({"bits":8})");
  REQUIRE(rows.size() >= 1);
  CHECK(rows.back().last);
  if (rows.back().state != "failed") {
    // Two units of qat, three of prune, the second of which is taken back and made again, and its last edit.
    REQUIRE(rows.size() == 6);
    CHECK(rows[0].pass == "qat");
    CHECK(rows[2].pass == "prune");
    CHECK(rows[3].state == "undone");
    CHECK(rows[5].metrics.at("epochs") == 0);
    CHECK(rows[4].metrics.at("epochs") == 2);
    CHECK(rows[3].metrics.count("weight_bits") == 1);
    CHECK(rows[4].metrics.at("parameters") > 0);
    const auto after = UnitState::from_bytes(study->artifact(rows[4].pass_state));
    CHECK(after.before == rows[2].model);
    CHECK(after.rewind == Rewind::weights);
    CHECK_FALSE(after.early.empty());
  }
  const auto choice = nlohmann::json::parse(study->text("choose").value());
  REQUIRE(choice.at("pick").is_object());
  CHECK(choice.at("retrained").size() == 2);
  CHECK(choice.at("test").at("pick").count("error") == 1);
  CHECK(choice.at("labels").count("Large") == 1);
}

TEST_CASE("Stages that are stopped within any training end as if they had not been") {
  TempFolder temp;
  const std::string expected = fakes::local_results_of(*finished(local_experiment(temp / "whole")));
  for (const int workers : {1, 3}) {
    Experiment e = local_experiment(temp / std::to_string(workers));
    e.search->parallel = e.tune->parallel = e.compression.parallel = workers;
    int stops = 0;
    for (bool done = false; !done; ++stops) {
      REQUIRE(stops < 1000);
      const auto study = Study::open(e.study, Study::exists(e.study) ? Study::Mode::resume : Study::Mode::create);
      std::atomic<int> interrupts{0};
      fakes::Engine engine(workers > 1 ? 300 : 0);
      // The first training goes through, the next is lost in its second epoch.
      engine.on_epoch = [&](int training, int epoch) {
        if (training == 2 && epoch == 2) interrupts = 2;
      };
      done = !run(e, *study, engine, interrupts).interrupted;
    }
    CHECK(stops > 20);
    CHECK(fakes::local_results_of(*Study::open(e.study, Study::Mode::read)) == expected);
  }
}

TEST_CASE("A finished study trains nothing again, and touches the test split no more") {
  TempFolder temp;
  const Experiment e = local_experiment(temp / "s");
  const std::string expected = fakes::local_results_of(*finished(e));
  const auto study = Study::open(e.study, Study::Mode::resume);
  fakes::Task task;
  fakes::Engine engine;
  Observer silent;
  const std::atomic<int> none{0};
  fakes::run(e, task, engine, *study, silent, none);
  CHECK(engine.trainings == 0);
  CHECK(task.test_reads == 0);
  CHECK(fakes::local_results_of(*study) == expected);
}

TEST_CASE("A pass that fails ends its chain and no other") {
  TempFolder temp;
  Experiment e = local_experiment(temp / "s");
  e.compress = {pass("p", {{"steps", int64_t{3}}}, {{"fail", {int64_t{1}, int64_t{-1}, int64_t{0}}}})};
  const auto study = finished(e);
  const uint64_t trial = study->compress_rows().front().trial;
  const auto failed = rows_of(*study, trial, R"({"fail":1})");
  REQUIRE(failed.size() == 2);
  CHECK((failed[0].state == "measured" && !failed[0].last));
  CHECK((failed[1].state == "failed" && failed[1].last));
  CHECK_THAT(failed[1].reason, Contains("gives up"));
  const auto at_once = rows_of(*study, trial, R"({"fail":0})");
  REQUIRE(at_once.size() == 1);
  CHECK(at_once[0].state == "failed");
  CHECK(rows_of(*study, trial, R"({"fail":-1})").size() >= 1);
}

TEST_CASE("Passes with nothing to do leave one row") {
  TempFolder temp;
  Experiment e = local_experiment(temp / "s");
  e.compress = {pass("p", {{"steps", int64_t{0}}})};
  const auto study = finished(e);
  for (const Study::CompressRow &row : study->compress_rows()) {
    CHECK(row.position == 0);
    CHECK((row.state == "measured" && row.last));
  }
}

TEST_CASE("Other settings than a stage was begun with are refused, more chains are not") {
  TempFolder temp;
  Experiment e = local_experiment(temp / "s");
  const std::size_t before = finished(e)->compress_rows().size();
  const auto study = Study::open(e.study, Study::Mode::resume);
  fakes::Engine engine;
  const std::atomic<int> none{0};
  e.compress[0].grid["bits"].push_back(int64_t{16});
  run(e, *study, engine, none);
  CHECK(study->compress_rows().size() > before);
  e.compress[1].pass.parameters["steps"] = int64_t{4};
  CHECK_THROWS_WITH(run(e, *study, engine, none), Contains("compress[1].steps was 3 and is now 4"));
  e = local_experiment(temp / "s");
  e.tune->base.epochs = 99;
  CHECK_THROWS_WITH(run(e, *study, engine, none), Contains("tune.train.epochs was 3 and is now 99"));
}
