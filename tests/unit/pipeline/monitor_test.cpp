// SPDX-License-Identifier: Apache-2.0
#include "pipeline/monitor.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "nac/cpp/rng.hpp"

using nac::fw::Monitor;
using nac::fw::Quantity;
using nac::fw::SearchStatus;
using nac::fw::Trial;
using nac::fw::TrialState;

namespace {

const std::vector<Quantity> kObjectives = {{"accuracy", "", +1, false}, {"bops", "", -1, true}};

Trial trial(uint64_t number, double accuracy, double bops) {
  Trial t;
  t.number = number;
  t.state = TrialState::complete;
  t.objectives = {-accuracy, bops};
  return t;
}

struct Events final : nac::fw::Observer {
  std::vector<uint64_t> finished, changed;
  void trial_finished(const Trial &t, const SearchStatus &) override { finished.push_back(t.number); }
  void front_changed(const Trial &t, const SearchStatus &) override { changed.push_back(t.number); }
};

}  // namespace

TEST_CASE("The monitor counts, keeps the best values and the front") {
  Events events;
  Monitor monitor(events, kObjectives, 10);
  CHECK(std::isnan(monitor.status().best[0].value));
  monitor.known(trial(0, 0.5, 100));
  monitor.started(trial(2, 0, 0));
  CHECK(monitor.status().running == 1);
  monitor.finished(trial(2, 0.7, 200), true);
  monitor.finished(trial(1, 0.4, 150), false);  // dominated
  Trial infeasible;
  infeasible.state = TrialState::infeasible;
  monitor.finished(infeasible, false);
  Trial broken = trial(5, 0.99, 1);
  broken.feasible = false;
  monitor.finished(broken, false);
  Trial repeated = trial(6, 0.7, 200);
  repeated.duplicate_of = 2;
  monitor.finished(repeated, false);
  const SearchStatus s = monitor.status();
  CHECK(s.finished == 6);
  CHECK(s.complete == 5);
  CHECK(s.infeasible == 1);
  CHECK(s.duplicates == 1);
  CHECK(s.running == 0);
  CHECK(s.best[0].value == 0.7);
  CHECK(s.best[0].trial == 2);
  CHECK(s.best[1].value == 100);
  CHECK(s.front == std::vector<uint64_t>{0, 2});
  // Values 0.4 to 0.7 and 100 to 200: the front has (2/3, 0) and (0, 1) of that box.
  CHECK(s.hypervolume == Approx(1.0 / 3));
  CHECK(events.finished == std::vector<uint64_t>{2, 1, 0, 5, 6});
  CHECK(events.changed == std::vector<uint64_t>{2});
  CHECK(s.seconds_left >= 0);
}

TEST_CASE("The front that grows trial by trial is the front of all trials") {
  nac::rng rng(3);
  nac::fw::Observer silent;
  for (int round = 0; round < 50; ++round) {
    Monitor monitor(silent, kObjectives, 40);
    std::vector<Trial> trials;
    for (uint64_t n = 0; n < 40; ++n)
      trials.push_back(trial(n, static_cast<double>(rng.below(12)), static_cast<double>(rng.below(12))));
    for (const Trial &t : trials) monitor.finished(t, false);
    REQUIRE(monitor.status().front == front_of(trials));
  }
}
