// SPDX-License-Identifier: Apache-2.0
#include "study/study.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "support/temp_folder.hpp"

using Catch::Matchers::Contains;
using nac::fw::Study;
using nac::fw::Trial;
using nac::fw::TrialState;
using nac::test::TempFolder;

namespace {

Trial full_trial(uint64_t number) {
  Trial t;
  t.number = number;
  t.state = TrialState::complete;
  t.point = R"({"width": 8, "act": "relu \"x\""})";
  t.told_before = 3;
  t.hash = "0123";
  t.duplicate_of = 2;
  t.architecture = "Linear(2,3) > \xC3\xA9";
  t.reason = "none";
  t.metrics = {{"loss", 0.1 + 0.2}, {"gone", std::nan("")}, {"huge", std::numeric_limits<double>::infinity()}};
  t.objectives = {0.1, -1e300, 5e-324};
  t.feasible = false;
  t.model = std::string(64, 'a');
  return t;
}

void check_equal(const Trial &a, const Trial &b) {
  CHECK(a.number == b.number);
  CHECK(a.state == b.state);
  CHECK(a.point == b.point);
  CHECK(a.preset == b.preset);
  CHECK(a.told_before == b.told_before);
  CHECK(a.hash == b.hash);
  CHECK(a.duplicate_of == b.duplicate_of);
  CHECK(a.architecture == b.architecture);
  CHECK(a.reason == b.reason);
  CHECK(a.objectives == b.objectives);
  CHECK(a.feasible == b.feasible);
  CHECK(a.model == b.model);
  REQUIRE(a.metrics.size() == b.metrics.size());
  for (const auto &[name, value] : a.metrics) {
    const double other = b.metrics.at(name);
    CHECK((value == other || (std::isnan(value) && std::isnan(other))));
  }
}

}  // namespace

TEST_CASE("What a study was given comes back to the last bit from another process's view") {
  TempFolder temp;
  const Trial complete = full_trial(7);
  std::string artifact;
  {
    const auto study = Study::open(temp / "deep/study", Study::Mode::create);
    study->set_text("manifest", "a = 1\n");
    study->set_text("manifest", "a = 2\n");
    study->set_plugins({{"a", "1", "/p", "ff"}, {"b", "2", "/q", "00"}});
    Trial asked;
    asked.number = 7;
    study->add_trial(asked);
    study->update_trial(complete);
    Trial preset;
    preset.number = 0;
    preset.preset = "baseline";
    preset.state = TrialState::running;
    study->add_trial(preset);
    study->add_epochs(7, {{7, 1, 1e-3, 0.5, 0.6, {9}}, {7, 2, 1e-3, 0.4, 0.5, {8}}, {7, 3, 1e-3, 0.4, 0.5, {8}}});
    study->add_epochs(7, {{7, 1, 1e-3, 0.5, std::nan(""), {9.5, 0.25}}, {7, 2, 1e-4, 0.4, 0.5, {8, 0.5}}});
    study->record_tell(7);
    study->record_tell(0);
    artifact = study->store_artifact(std::string("bytes\0more", 10));
    CHECK(study->store_artifact(std::string("bytes\0more", 10)) == artifact);
  }
  for (const Study::Mode mode : {Study::Mode::read, Study::Mode::resume}) {
    const auto study = Study::open(temp / "deep/study", mode);
    CHECK(study->text("manifest") == "a = 2\n");
    CHECK_FALSE(study->text("nothing").has_value());
    REQUIRE(study->plugins().size() == 2);
    CHECK(study->plugins()[1].path == "/q");
    const std::vector<Trial> trials = study->trials();
    REQUIRE(trials.size() == 2);
    CHECK(trials[0].preset == "baseline");
    CHECK(trials[0].state == TrialState::running);
    check_equal(trials[1], complete);
    check_equal(*study->trial(7), complete);
    CHECK_FALSE(study->trial(3).has_value());
    const auto epochs = study->epochs(7);
    REQUIRE(epochs.size() == 2);
    CHECK(std::isnan(epochs[0].validation_loss));
    CHECK(epochs[0].metrics == std::vector<double>{9.5, 0.25});
    CHECK(epochs[1].learning_rate == 1e-4);
    CHECK(study->tells() == std::vector<uint64_t>{7, 0});
    CHECK(study->artifact(artifact) == std::string("bytes\0more", 10));
  }
}

TEST_CASE("Every transition is on record with its time") {
  TempFolder temp;
  const auto study = Study::open(temp / "s", Study::Mode::create);
  Trial t;
  for (t.number = 0; t.number < 2; ++t.number) study->add_trial(t);
  t.number = 1;
  t.state = TrialState::running;
  study->update_trial(t);
  t.state = TrialState::failed;
  study->commit({t, {{1, 1, 0.1, 0.2, 0.3, {0.4}}}, {}, {}});
  const auto rows = study->transitions();
  REQUIRE(rows.size() == 4);
  CHECK(rows[1].trial == 1);
  CHECK(rows[2].state == TrialState::running);
  CHECK(rows[3].state == TrialState::failed);
  CHECK(rows[3].unix_time >= rows[0].unix_time);
  CHECK(rows[0].unix_time > 1.6e9);
  CHECK(study->epochs(1).size() == 1);
  t.number = 5;
  CHECK_THROWS_WITH(study->commit({t, {{5, 1, 0, 0, 0, {}}}, {}, {}}), "trial 5 is not in the study");
  CHECK(study->epochs(5).empty());
}

TEST_CASE("Rungs and results of further seeds come back, and a step is one commit") {
  TempFolder temp;
  const std::string hash(64, 'c');
  {
    const auto study = Study::open(temp / "s", Study::Mode::create);
    Trial t;
    for (t.number = 0; t.number < 3; ++t.number) study->add_trial(t);
    t.number = 2;
    t.state = TrialState::paused;
    study->commit({t, {{2, 1, 0.1, 0.2, 0.3, {0.4}}}, {{2, 1, 3, {0.5, -1e300}, "", "", hash, "m"}}, {}});
    study->add_rung({2, 1, 3, {0.5, -1e300}, "continue", "rank 1 of 3", hash, "m"});
    t.state = TrialState::stopped;
    // No epochs in the step: those there are stay.
    study->commit(
        {t, {}, {{2, 2, 9, {0.25}, "stop", "rank 3 of 3", "", ""}}, {{2, 0, "", {{"error", 0.1 + 0.2}}, "x"}}});
    study->add_result({2, 1, "diverged", {}, ""});
    t.number = 9;
    CHECK_THROWS(study->commit({t, {}, {{9, 1, 1, {}, "", "", "", ""}}, {}}));
  }
  const auto study = Study::open(temp / "s", Study::Mode::read);
  CHECK(study->trial(2)->state == TrialState::stopped);
  CHECK(study->trial(2)->finished());
  CHECK(study->epochs(2).size() == 1);
  const auto rungs = study->rungs();
  REQUIRE(rungs.size() == 2);
  CHECK(rungs[0].decision == "continue");
  CHECK(rungs[0].note == "rank 1 of 3");
  CHECK(rungs[0].objectives == std::vector<double>{0.5, -1e300});
  CHECK(rungs[0].checkpoint == hash);
  CHECK(rungs[1].epoch == 9);
  CHECK(rungs[1].rung == 2);
  const auto results = study->results();
  REQUIRE(results.size() == 2);
  CHECK(results[0].metrics.at("error") == 0.1 + 0.2);
  CHECK(results[0].model == "x");
  CHECK(results[1].reason == "diverged");
}

TEST_CASE("An artifact can be removed, and need not be there") {
  TempFolder temp;
  const auto study = Study::open(temp / "s", Study::Mode::create);
  const std::string hash = study->store_artifact("bytes");
  study->remove_artifact(hash);
  CHECK_FALSE(std::filesystem::exists(study->artifact_path(hash)));
  study->remove_artifact(hash);
  CHECK_THROWS(study->remove_artifact("../study.sqlite"));
}

TEST_CASE("Misuse of a study is refused") {
  TempFolder temp;
  const auto study = Study::open(temp / "s", Study::Mode::create);
  Trial t;
  t.number = 4;
  CHECK_THROWS_WITH(study->update_trial(t), "trial 4 is not in the study");
  study->add_trial(t);
  CHECK_THROWS_WITH(study->add_trial(t), "trial 4 is in the study already");
  CHECK_THROWS_AS(study->record_tell(5), nac::fw::Error);
  study->record_tell(4);
  CHECK_THROWS_AS(study->record_tell(4), nac::fw::Error);
  CHECK_THROWS_WITH(study->artifact_path("../../etc/passwd"), Contains("is no content hash"));
  CHECK(study->tells() == std::vector<uint64_t>{4});

  const auto reader = Study::open(temp / "s", Study::Mode::read);
  CHECK(reader->trials().size() == 1);
  CHECK_THROWS_WITH(reader->add_trial(full_trial(9)), Contains("was opened for reading"));
}

TEST_CASE("A reader sees what a writer commits meanwhile") {
  TempFolder temp;
  const auto writer = Study::open(temp / "s", Study::Mode::create);
  const auto reader = Study::open(temp / "s", Study::Mode::read);
  CHECK(reader->trials().empty());
  writer->add_trial(full_trial(1));
  CHECK(reader->trials().size() == 1);
}

TEST_CASE("Opening what is not there, or is there already") {
  TempFolder temp;
  CHECK_FALSE(Study::exists(temp / "s"));
  CHECK_THROWS_WITH(Study::open(temp / "s", Study::Mode::resume), Contains("the folder does not exist"));
  CHECK_THROWS_WITH(Study::open(temp.path(), Study::Mode::read), Contains("it has no study.sqlite"));
  Study::open(temp / "s", Study::Mode::create);
  CHECK(Study::exists(temp / "s"));
  CHECK_THROWS_WITH(Study::open(temp / "s", Study::Mode::create), Contains("exists already"));
}
