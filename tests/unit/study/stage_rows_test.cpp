// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "study/study.hpp"
#include "support/temp_folder.hpp"

using Catch::Matchers::Contains;
using nac::fw::Study;
using nac::test::TempFolder;

namespace {

std::unique_ptr<Study> study_with_trials(const std::filesystem::path &folder) {
  auto study = Study::open(folder, Study::Mode::create);
  for (uint64_t n = 0; n < 3; ++n) {
    nac::fw::Trial trial;
    trial.number = n;
    study->add_trial(trial);
  }
  return study;
}

Study::CompressRow compress_row() {
  Study::CompressRow row;
  row.trial = 2;
  row.chain = R"({"bits":8})";
  row.position = 3;
  row.pass = "prune";
  row.iteration = 1;
  row.state = "undone";
  row.reason = "collapsed to \"one class\"";
  row.last = true;
  row.metrics = {{"accuracy", 0.1 + 0.2}, {"bops", 1e9}};
  row.model = "m";
  row.deployed = "d";
  row.pass_state = "s";
  return row;
}

}  // namespace

TEST_CASE("Rows of tuning are replaced by number and come back as they were") {
  TempFolder temp;
  {
    const auto study = study_with_trials(temp / "s");
    study->set_tune_row({1, 7, R"({"learning_rate":0.01})", "asked", "", {{"stale", 1}}, ""});
    study->set_tune_row({1, 7, R"({"learning_rate":0.01})", "complete", "why", {{"loss", 0.1 + 0.2}}, "m"});
    study->set_tune_row({1, 2, "{}", "failed", "diverged", {}, ""});
    study->set_tune_row({0, 9, "{}", "asked", "", {}, ""});
  }
  const auto rows = Study::open(temp / "s", Study::Mode::read)->tune_rows();
  REQUIRE(rows.size() == 3);
  CHECK((rows[0].trial == 0 && rows[0].number == 9 && rows[0].state == "asked"));
  CHECK((rows[1].trial == 1 && rows[1].number == 2 && rows[1].reason == "diverged"));
  CHECK(rows[2].number == 7);
  CHECK(rows[2].point == R"({"learning_rate":0.01})");
  CHECK(rows[2].state == "complete");
  CHECK(rows[2].reason == "why");
  CHECK(rows[2].metrics == std::map<std::string, double>{{"loss", 0.1 + 0.2}});
  CHECK(rows[2].model == "m");
}

TEST_CASE("Rows of compression come back as they were, by trial, chain and position, and are never replaced") {
  TempFolder temp;
  {
    const auto study = study_with_trials(temp / "s");
    Study::CompressRow row = compress_row();
    study->add_compress_row(row);
    CHECK_THROWS_WITH(study->add_compress_row(row), Contains("step 3 of chain {\"bits\":8} on trial 2"));
    row.position = 0;
    study->add_compress_row(row);
    row.chain = R"({"bits":4})";
    study->add_compress_row(row);
    row.trial = 99;
    CHECK_THROWS(study->add_compress_row(row));
  }
  const auto rows = Study::open(temp / "s", Study::Mode::read)->compress_rows();
  REQUIRE(rows.size() == 3);
  CHECK((rows[0].chain == R"({"bits":4})" && rows[0].position == 0));
  CHECK(rows[1].position == 0);
  const Study::CompressRow wanted = compress_row();
  CHECK(rows[2].trial == wanted.trial);
  CHECK(rows[2].chain == wanted.chain);
  CHECK(rows[2].position == wanted.position);
  CHECK(rows[2].pass == wanted.pass);
  CHECK(rows[2].iteration == wanted.iteration);
  CHECK(rows[2].state == wanted.state);
  CHECK(rows[2].reason == wanted.reason);
  CHECK(rows[2].last);
  CHECK(rows[2].metrics == wanted.metrics);
  CHECK(rows[2].model == wanted.model);
  CHECK(rows[2].deployed == wanted.deployed);
  CHECK(rows[2].pass_state == wanted.pass_state);
}
