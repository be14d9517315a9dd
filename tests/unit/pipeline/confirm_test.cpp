// SPDX-License-Identifier: Apache-2.0
#include "pipeline/confirm.hpp"

#include <catch2/catch.hpp>

#include "fakes.hpp"
#include "report/report_data.hpp"
#include "study/summary.hpp"
#include "support/temp_folder.hpp"

using nac::fw::Study;
using nac::fw::Summary;
using nac::fw::Trial;
using nac::test::TempFolder;

namespace {

nac::fw::RunOutcome run(const nac::fw::Experiment &e, Study &study, fakes::Engine &engine,
                        const std::atomic<int> &interrupts) {
  fakes::Task task;
  nac::fw::Observer silent;
  return fakes::run(e, task, engine, study, silent, interrupts);
}

}  // namespace

TEST_CASE("Every member of the final front has its number of seeds, whatever the workers and interrupts") {
  TempFolder temp;
  nac::fw::Experiment e = fakes::staged_experiment(temp / "one", 60);
  e.search->parallel = 1;
  const auto one = Study::open(e.study, Study::Mode::create);
  fakes::Engine engine;
  std::atomic<int> never{0};
  const nac::fw::RunOutcome outcome = run(e, *one, engine, never);
  const Summary summary = summarize(*one);
  const std::vector<uint64_t> front = front_of(summary.trials);
  REQUIRE_FALSE(front.empty());
  for (const uint64_t number : front) {
    INFO("trial " << number);
    REQUIRE(summary.spreads.count(number) == 1);
    CHECK(summary.spreads.at(number).results == 3);
    CHECK(summary.spreads.at(number).sd.at("error") > 0);
  }
  REQUIRE(outcome.front.size() == front.size());
  for (std::size_t i = 0; i < front.size(); ++i) CHECK(outcome.front[i].number == front[i]);
  CHECK(read_report_data(*one).front.size() == front.size());
  // What the search was told stays as it was told.
  for (const Trial &t : one->trials())
    if (t.measured()) CHECK(t.objectives[0] == t.metrics.at("error"));

  // Interrupted again and again, in the search and in the confirmation.
  e.study = temp / "again";
  e.search->parallel = 3;
  const auto again = Study::open(e.study, Study::Mode::create);
  int stops = 0;
  for (bool done = false; !done; ++stops) {
    REQUIRE(stops < 200);
    std::atomic<int> interrupts{0};
    fakes::Engine slow(300);
    slow.on_epoch = [&](int training, int) {
      if (training == 5) interrupts = 1 + stops % 2;
    };
    done = !run(e, *again, slow, interrupts).interrupted;
  }
  CHECK(stops > 10);
  CHECK(fakes::results_of(*again) == fakes::results_of(*one));
}

TEST_CASE("More seeds can be asked for later; those there are stay") {
  TempFolder temp;
  nac::fw::Experiment e = fakes::experiment(temp / "s", 30);
  const auto study = Study::open(e.study, Study::Mode::create);
  fakes::Engine engine;
  std::atomic<int> never{0};
  run(e, *study, engine, never);
  CHECK(study->results().empty());
  e.select->confirm = 2;
  fakes::Engine second;
  run(e, *study, second, never);
  const auto two = study->results();
  CHECK(two.size() == static_cast<std::size_t>(second.trainings));
  REQUIRE_FALSE(two.empty());
  e.select->confirm = 3;
  fakes::Engine third;
  run(e, *study, third, never);
  const auto three = study->results();
  CHECK(three.size() == two.size() + static_cast<std::size_t>(third.trainings));
  for (const Study::ResultRow &row : three) CHECK((row.repeat == 1 || row.repeat == 2));
  fakes::Engine none;
  run(e, *study, none, never);
  CHECK(none.trainings == 0);
}
