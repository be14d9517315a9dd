// SPDX-License-Identifier: Apache-2.0
#include "sample.hpp"

using namespace nac::fw;

namespace {

Trial complete(uint64_t number, double error, double bops) {
  Trial t;
  t.number = number;
  t.state = TrialState::complete;
  t.point = "{\"width\":" + std::to_string(number) + "}";
  t.architecture = "Linear(4," + std::to_string(number) + ") > ReLU";
  t.metrics = {{"error", error}, {"bops", bops}, {"parameters", bops / 10}, {"macs", bops / 2}, {"seconds", 0.5}};
  t.objectives = {error, bops};
  t.model = std::string(64, static_cast<char>('0' + number));
  return t;
}

}  // namespace

ReportData sample_report() {
  ReportData d;
  d.name = "jets <b>& \"co\"</b>";
  d.quantities = {
      {"error", "px", -1, false}, {"bops", "", -1, true}, {"parameters", "", -1, true}, {"macs", "", -1, true}};
  d.objectives = {d.quantities[0], d.quantities[1]};
  d.trials = {complete(0, 0.5, 1e3), complete(1, 0.2, 1234567), complete(2, 0.6, 2e3), complete(3, 0.2, 1234567)};
  d.trials[0].preset = "BraggNN";
  d.trials[0].point.clear();
  d.trials[3].duplicate_of = 1;
  Trial failed;
  failed.number = 4;
  failed.state = TrialState::failed;
  failed.reason = "diverged, \"loss\" <nan>\nin epoch 3";
  Trial infeasible;
  infeasible.number = 5;
  infeasible.state = TrialState::infeasible;
  infeasible.feasible = false;
  infeasible.reason = "too big";
  Trial broken = complete(6, 0.1, 500);
  broken.feasible = false;
  d.trials.insert(d.trials.end(), {failed, infeasible, broken});
  d.front = {0, 1};
  d.figures = front_figures({d.trials[0], d.trials[1]}, d.objectives);
  d.classes = {{"tiny", 2e3, 0, {{"error", 0.55}}}, {"huge", 1e9, std::nullopt, {}}};
  d.plugins = {{"org.nac.jets", "0.1", "/lib/<jets>.so", std::string(64, 'f')}};
  d.made_with = {{"nac", "0.1.0"}, {"seed", "1"}};
  d.task = "10 jets & more";
  d.manifest = "[experiment]\nname = \"</pre><script>alert(1)</script>\"\n";
  return d;
}

ReportData staged_report() {
  ReportData d = sample_report();
  d.trials[0].state = TrialState::stopped;
  d.trials[0].reason = "rung 1 at epoch 3: rank 3 of 3";
  d.spreads[1] = {3, 0, {{"error", 0.0123}}};
  d.rungs = {{0, 1, 3, {0.5, 1e3}, "stop", "rank 3 of 3", std::string(64, 'c'), ""},
             {1, 1, 3, {0.3, 1e3}, "continue", "rank 1 of 3", std::string(64, 'd'), ""}};
  d.results = {{1, 1, "", {{"error", 0.21}}, std::string(64, 'e')}, {1, 2, "", {{"error", 0.19}}, ""}};
  d.fidelity = {"asha", 3, 9, 1, 0.1, {3}, 1, 12, 6};
  d.classes[0].trial = 1;
  d.classes[0].test_sd = {{"error", 0.02}};
  return d;
}
