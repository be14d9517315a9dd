// SPDX-License-Identifier: Apache-2.0
//
// [hardware] and what names its costs.
#include <catch2/catch.hpp>

#include "manifest/load.hpp"
#include "manifest/read_stages.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

const std::string kSearched = R"([experiment]
name = "demo"
[task]
plugin = "jets"
)";
const std::string kSearch = R"([search]
plugin = "tpe"
presets = ["Tiny"]
)";
const std::string kCompress = R"([[compress]]
plugin = "qat"
)";

struct Loaded {
  Experiment experiment;
  std::vector<std::string> problems;
};

/// As if the plugin were there, with the quantity lut, when `known`.
Loaded load(const std::string &text, bool known = true) {
  ManifestDocument d(kSearched + text, "m.toml", {});
  Loaded l;
  l.experiment = read_experiment(d, "/base");
  if (l.experiment.hardware && known) {
    l.experiment.hardware->prefix = "hls.";
    l.experiment.hardware->quantities = {{"hls.lut", "", -1, false}, {"hls.latency_ns", "ns", -1, false}};
    if (l.experiment.search) l.experiment.search->hardware = l.experiment.hardware->quantities;
  }
  TaskInfo task;
  task.metrics = {{"accuracy", "", "", 1}};
  task.presets = {{"Tiny", ""}};
  check_names(d, l.experiment, task);
  for (const ManifestProblem &p : d.problems()) l.problems.push_back(p.text());
  return l;
}
std::string problem_of(const std::string &text, bool known = true) {
  const Loaded l = load(text, known);
  for (const std::string &p : l.problems) UNSCOPED_INFO(p);
  REQUIRE(l.problems.size() == 1);
  return l.problems.front();
}

}  // namespace

TEST_CASE("[hardware] has defaults, and takes the backend's own parameters") {
  const Loaded plain = load(kSearch + kCompress + "[hardware]\n");
  REQUIRE(plain.problems.empty());
  REQUIRE(plain.experiment.hardware);
  CHECK(plain.experiment.hardware->backend.plugin == "hls");
  CHECK(plain.experiment.hardware->vectors == 5000);
  CHECK_FALSE(plain.experiment.hardware->build);
  CHECK(plain.experiment.hardware->candidates.empty());
  CHECK_FALSE(searches_hardware(plain.experiment));
  const Loaded l = load(kSearch + kCompress + R"([hardware]
plugin = "other"
vectors = 7
build = true
presets = ["Tiny"]
trials = [3]
part = "vu13p"
clock_period_ns = 2.5
[hardware.search]
reuse_factor = [4, 1, 2]
strategy = ["latency", "resource"]
)");
  for (const std::string &p : l.problems) UNSCOPED_INFO(p);
  REQUIRE(l.problems.empty());
  const HardwareStage &s = *l.experiment.hardware;
  CHECK((s.backend.plugin == "other" && s.vectors == 7 && s.build));
  CHECK(s.backend.parameters.size() == 2);
  CHECK(std::get<std::string>(s.backend.parameters.at("part")) == "vu13p");
  CHECK(s.candidates.trials == std::vector<uint64_t>{3});
  CHECK(s.searched.at("reuse_factor").size() == 3);
  CHECK(searches_hardware(l.experiment));
}

TEST_CASE("Costs of hardware are objectives, constraints and budgets") {
  const Loaded l = load(R"([search]
objectives = ["accuracy", "hls.lut"]
constraints = ["hls.latency_ns <= 100"]
)" + kCompress + R"([choose]
rule = "budget"
budget = "hls.lut <= 1e4"
[hardware]
)");
  for (const std::string &p : l.problems) UNSCOPED_INFO(p);
  CHECK(l.problems.empty());
  CHECK(searches_hardware(l.experiment));
}

TEST_CASE("A cost of hardware without [hardware] is one clear error") {
  const std::string objective = problem_of("[search]\nobjectives = [\"accuracy\", \"hls.lut\"]\n");
  CHECK_THAT(objective, Contains("m.toml:6:") && Contains("'hls.lut'") && Contains("there is no table [hardware]") &&
                            Contains("plugin = \"hls\""));
  CHECK_THAT(problem_of("[search]\nconstraints = [\"hls.lut <= 3\"]\n"), Contains("there is no table [hardware]"));
  CHECK_THAT(problem_of(kSearch + kCompress + "[choose]\nbudget = \"hls.dsp <= 3\"\n"),
             Contains("there is no table [hardware]"));
}

TEST_CASE("A cost that the backend lacks is named with the nearest") {
  CHECK_THAT(problem_of("[search]\nobjectives = [\"accuracy\", \"hls.luts\"]\n" + kCompress + "[hardware]\n"),
             Contains("unknown objective 'hls.luts'") && Contains("hls.lut"));
  // A plugin that is not there was an error of its own.
  CHECK(load("[search]\nobjectives = [\"accuracy\", \"hls.lut\"]\n[hardware]\n", false).problems.empty());
}

TEST_CASE("What [hardware] cannot mean") {
  CHECK_THAT(problem_of(kSearch + kCompress + "[hardware]\nvectors = 0\n"), Contains("vectors"));
  CHECK_THAT(problem_of(kSearch + kCompress + "[hardware]\npresets = [\"Small\"]\n"), Contains("no preset 'Small'"));
  CHECK_THAT(problem_of(kSearch + kCompress + "[hardware]\nsearch = 3\n"), Contains("must be a table"));
  CHECK_THAT(problem_of(kSearch + kCompress + "[hardware.search]\nreuse_factor = 4\n"),
             Contains("must be a list of values"));
  CHECK_THAT(problem_of(kSearch + "[hardware]\n"), Contains("there is no [[compress]]"));
  CHECK_THAT(problem_of("[hardware]\n"), Contains("there is no [search]"));
}
