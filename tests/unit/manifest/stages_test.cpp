// SPDX-License-Identifier: Apache-2.0
//
// The tables of the stages after the selection.
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "manifest/load.hpp"
#include "manifest/read_stages.hpp"

using namespace nac::fw;

namespace {

const std::string kSearched = R"([experiment]
name = "demo"
[task]
plugin = "jets"
[search]
plugin = "tpe"
presets = ["Tiny"]
train = { epochs = 9, momentum = 0.9 }
[select]
classes = { tiny = 1e5, small = 1e6 }
)";

struct Loaded {
  Experiment experiment;
  std::vector<std::string> problems;
};
Loaded load(const std::string &text) {
  ManifestDocument d(kSearched + text, "m.toml", {});
  Loaded l;
  l.experiment = read_experiment(d, "/base");
  TaskInfo task;
  task.metrics = {{"accuracy", "", "", 1}};
  task.presets = {{"Tiny", ""}};
  check_names(d, l.experiment, task);
  for (const ManifestProblem &p : d.problems()) l.problems.push_back(p.text());
  return l;
}
/// The only problem of a manifest.
std::string problem_of(const std::string &text) {
  const Loaded l = load(text);
  for (const std::string &p : l.problems) UNSCOPED_INFO(p);
  REQUIRE(l.problems.size() == 1);
  return l.problems.front();
}

}  // namespace

TEST_CASE("[tune] has defaults, takes ranges and lists, and goes on from the search's recipe") {
  const Loaded plain = load("[tune]\n");
  REQUIRE(plain.problems.empty());
  REQUIRE(plain.experiment.tune);
  CHECK(plain.experiment.tune->strategy.plugin == "tpe");
  CHECK(plain.experiment.tune->trials == 50);
  CHECK(plain.experiment.tune->base.epochs == 9);
  CHECK(plain.experiment.tune->batch_size.size() == 6);
  const Loaded l = load(R"([tune]
plugin = "random"
trials = 7
epochs = 3
candidates = ["tiny", 4]
learning_rate = [1e-3, 1e-2]
weight_decay = 0
batch_size = [512, 128]
optimizer = ["adam", "adamw"]
schedule = "cosine"
startup = 5
)");
  for (const std::string &p : l.problems) UNSCOPED_INFO(p);
  REQUIRE(l.problems.empty());
  const TuneStage &t = *l.experiment.tune;
  CHECK(t.strategy.plugin == "random");
  CHECK(std::get<int64_t>(t.strategy.parameters.at("startup")) == 5);
  CHECK(t.strategy.parameters.size() == 1);
  CHECK((t.trials == 7 && t.base.epochs == 3 && t.base.momentum == 0.9));
  CHECK((t.learning_rate.low == 1e-3 && t.learning_rate.high == 1e-2));
  CHECK(t.weight_decay.fixed());
  CHECK(t.batch_size == std::vector<int>{128, 512});
  CHECK(t.optimizer == std::vector<Optimizer>{Optimizer::adam, Optimizer::adamw});
  CHECK(t.schedule == std::vector<Schedule>{Schedule::cosine});
  CHECK(t.candidates.trials == std::vector<uint64_t>{4});
  CHECK(t.candidates.classes == std::vector<std::string>{"tiny"});
}

TEST_CASE("[[compress]], [compression] and [choose]") {
  const Loaded l = load(R"([[compress]]
plugin = "qat"
bits = [4, 8]
distill = ["on", "off"]
epochs = 20
[[compress]]
plugin = "prune"
[compression]
trials = ["small"]
presets = ["Tiny"]
train = { patience = 10 }
full_grid = true
warm_start = false
[choose]
rule = "budget"
budget = "bops <= 1e5"
delta = 0.05
seeds = 5
)");
  for (const std::string &p : l.problems) UNSCOPED_INFO(p);
  REQUIRE(l.problems.empty());
  const Experiment &e = l.experiment;
  REQUIRE(e.compress.size() == 2);
  CHECK(std::get<int64_t>(e.compress[0].pass.parameters.at("epochs")) == 20);
  CHECK(e.compress[0].grid.at("bits") == std::vector<ConfigValue>{int64_t{4}, int64_t{8}});
  CHECK(e.compress[0].grid.at("distill").size() == 2);
  CHECK(e.compression.candidates.presets == std::vector<std::string>{"Tiny"});
  CHECK((e.compression.full_grid && !e.compression.warm_start));
  Recipe tuned;
  tuned.epochs = 77;
  tuned.learning_rate = 0.5;
  const Recipe r = e.compression.train.over(tuned);
  CHECK((r.patience == 10 && r.epochs == 77 && r.learning_rate == 0.5 && r.momentum == 0));
  REQUIRE(e.choose);
  CHECK((e.choose->rule == ChooseRule::budget && e.choose->delta == 0.05 && e.choose->seeds == 5));
  CHECK(e.choose->budget->limit == 1e5);
}

TEST_CASE("What is wrong with the tables of the stages is said at its place") {
  using Catch::Matchers::Contains;
  const std::string pass = "[[compress]]\nplugin = \"qat\"\n";
  CHECK_THAT(problem_of("[tune]\ntrials = 0\n"), Contains("m.toml:12:") && Contains("'tune.trials'"));
  CHECK_THAT(problem_of("[tune]\nlearning_rate = [1e-2, 1e-3]\n"), Contains("m.toml:12:") && Contains("a range"));
  CHECK_THAT(problem_of("[tune]\nlearning_rate = 0\n"), Contains("above 0"));
  CHECK_THAT(problem_of("[tune]\noptimizer = [\"adam\", \"adamx\"]\n"), Contains("adam, adamw, sgd or rmsprop"));
  CHECK_THAT(problem_of("[tune]\noptimizer = []\n"), Contains("is empty"));
  CHECK_THAT(problem_of("[tune]\nbatch_size = [64, 64]\n"), Contains("twice"));
  CHECK_THAT(problem_of("[tune]\ncandidates = [\"tyny\"]\n"), Contains("tyny") && Contains("tiny"));
  CHECK_THAT(problem_of("[[compress]]\nbits = 4\n"), Contains("m.toml:11:") && Contains("needs the key 'plugin'"));
  CHECK_THAT(problem_of("compress = 3\n"), Contains("unknown key") || Contains("[[compress]]"));
  CHECK_THAT(problem_of(pass + "[compression]\nfull_gird = true\n"), Contains("full_gird") && Contains("full_grid"));
  CHECK_THAT(problem_of(pass + "[compression]\ntrials = [1.5]\n"), Contains("numbers of trials"));
  CHECK_THAT(problem_of(pass + "[compression]\npresets = [\"Big\"]\n"), Contains("trains no preset 'Big'"));
  CHECK_THAT(problem_of(pass + "[choose]\nrule = \"kneee\"\n"), Contains("lexi, knee or budget"));
  CHECK_THAT(problem_of(pass + "[choose]\nrule = \"budget\"\n"), Contains("needs the key 'budget'"));
  CHECK_THAT(problem_of(pass + "[choose]\nbudget = \"bopz <= 1\"\n"), Contains("bopz") && Contains("bops"));
  CHECK_THAT(problem_of(pass + "[choose]\nbudget = \"small\"\n"), Contains("is no constraint"));
  CHECK_THAT(problem_of("[choose]\n"), Contains("there is no [[compress]]"));
  CHECK_THAT(problem_of("[compression]\n"), Contains("there is no [[compress]]"));
}
