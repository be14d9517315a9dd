// SPDX-License-Identifier: Apache-2.0
#include "manifest/load.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"

using namespace nac::fw;

namespace {

const char *const kGood = R"([experiment]
name = "demo"
seed = 7

[task]
plugin = "jets"
constituents = 8

[search]
plugin = "nsga2"
trials = 12
objectives = ["accuracy", "bops"]
constraints = ["parameters <= 5000"]
population = 10
train = { epochs = 3, optimizer = "sgd", momentum = 0.9, schedule = "step" }

[bops]
convention = "nac-repo"
weight_bits = 8
)";

struct Loaded {
  Experiment experiment;
  std::vector<ManifestProblem> problems;
};
Loaded load(const std::string &text) {
  ManifestDocument d(text, "m.toml", {});
  Loaded l;
  l.experiment = read_experiment(d, "/base");
  l.problems = d.problems();
  return l;
}
std::string replaced(std::string text, const std::string &from, const std::string &to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}
bool mentions(const std::vector<ManifestProblem> &problems, const std::string &part) {
  for (const ManifestProblem &p : problems)
    if (p.text().find(part) != std::string::npos) return true;
  return false;
}

TaskInfo task_info() {
  TaskInfo info;
  info.metrics = {{"accuracy", "", "", 1}, {"auc", "", "", 1}};
  info.presets = {{"Tiny", ""}};
  return info;
}

}  // namespace

TEST_CASE("the engine is one of three, and fused runs on the CPU only") {
  const auto with = [](const std::string &lines) { return load(replaced(kGood, "seed = 7\n", "seed = 7\n" + lines)); };
  CHECK(load(kGood).experiment.engine == EngineChoice::automatic);
  for (const EngineChoice choice : {EngineChoice::automatic, EngineChoice::fused, EngineChoice::torch}) {
    const Loaded l = with(std::string("engine = \"") + name_of(choice) + "\"\n");
    CHECK(l.problems.empty());
    CHECK(l.experiment.engine == choice);
  }
  CHECK(mentions(with("engine = \"Fused\"\n").problems, "'engine' must be auto, fused or torch, found \"Fused\""));
  CHECK(mentions(with("engine = 3\n").problems, "engine"));
  CHECK(with("engine = \"torch\"\ndevice = \"cuda:1\"\n").problems.empty());
  CHECK(mentions(with("engine = \"fused\"\ndevice = \"cuda:1\"\n").problems,
                 "'engine' must be auto or torch for device = \"cuda:1\""));
}

TEST_CASE("a good manifest becomes an experiment") {
  const Loaded l = load(kGood);
  for (const ManifestProblem &p : l.problems) UNSCOPED_INFO(p.text());
  REQUIRE(l.problems.empty());
  const Experiment &e = l.experiment;
  CHECK(e.name == "demo");
  CHECK(e.seed == 7);
  CHECK(e.task.plugin == "jets");
  CHECK(std::get<int64_t>(e.task.parameters.at("constituents")) == 8);
  REQUIRE(e.search);
  CHECK(e.search->trials == 12);
  CHECK(e.search->lookahead == 8);
  CHECK(e.search->train.optimizer == Optimizer::sgd);
  CHECK(e.search->train.momentum == 0.9);
  CHECK(e.search->train.schedule == Schedule::step);
  CHECK(e.search->strategy.parameters.count("population") == 1);
  CHECK(e.search->strategy.parameters.count("trials") == 0);
  REQUIRE(e.search->constraints.size() == 1);
  CHECK(e.search->constraints[0].limit == 5000);
  CHECK(e.bops.convention == BopsConvention::nac_repo);
  CHECK(e.bops.weight_bits == 8);
  CHECK(e.study.filename() == "demo");
  CHECK(e.source == kGood);
}

TEST_CASE("every problem is reported at once, each with its line") {
  std::string text = replaced(kGood, "trials = 12", "trials = 0");
  text = replaced(text, "epochs = 3", "epoch = 3");
  text = replaced(text, "seed = 7", "seed = \"x\"");
  text += "wieght_bits = 8\n[serch]\n";
  const Loaded l = load(text);
  CHECK(l.problems.size() == 5);
  CHECK(mentions(l.problems, "m.toml:3:8: 'experiment.seed' must be an integer"));
  CHECK(mentions(l.problems, "m.toml:11:10: 'search.trials'"));
  CHECK(mentions(l.problems, "did you mean 'epochs'"));
  CHECK(mentions(l.problems, "did you mean 'weight_bits'"));
  CHECK(mentions(l.problems, "did you mean 'search'"));
}

TEST_CASE("missing tables and keys are named") {
  CHECK(mentions(load("[task]\nplugin = \"jets\"\n").problems, "[experiment] is missing"));
  CHECK(mentions(load("[experiment]\nname = \"a\"\n").problems, "[task] is missing"));
  CHECK(mentions(load("[experiment]\nseed = 1\n[task]\nplugin = \"j\"\n").problems, "needs the key 'name'"));
  CHECK(mentions(load("[experiment]\nname = \"a\"\n[task]\n").problems, "[task] needs the key 'plugin'"));
  CHECK(mentions(load("[experiment]\nname = \"../a\"\n[task]\nplugin = \"j\"\n").problems, "no study name"));
}

TEST_CASE("plugin libraries are resolved against the manifest's folder") {
  const Loaded l = load(std::string("[[plugin]]\npath = \"lib/x.so\"\n[[plugin]]\npath = \"/abs\"\n") + kGood);
  REQUIRE(l.experiment.plugin_paths.size() == 2);
  CHECK(l.experiment.plugin_paths[0] == "/base/lib/x.so");
  CHECK(l.experiment.plugin_paths[1] == "/abs");
  CHECK(mentions(load(std::string("[[plugin]]\nfile = \"x\"\n") + kGood).problems, "needs path"));
}

TEST_CASE("objectives, constraints and presets are checked against the task") {
  ManifestDocument d(replaced(kGood, "\"accuracy\", \"bops\"", "\"acuracy\", \"bops\", \"bops\""), "m.toml",
                     {"search.presets=[\"Tyny\"]", "search.constraints=[\"parametres <= 1\"]"});
  Experiment e = read_experiment(d, "/base");
  check_names(d, e, task_info());
  CHECK(mentions(d.problems(), "did you mean 'accuracy'"));
  CHECK(mentions(d.problems(), "listed twice"));
  CHECK(mentions(d.problems(), "did you mean 'Tiny'"));
  CHECK(mentions(d.problems(), "did you mean 'parameters'"));
}

TEST_CASE("objectives default to the first metric and bops") {
  ManifestDocument d(replaced(kGood, "objectives = [\"accuracy\", \"bops\"]\n", ""), "m.toml", {});
  Experiment e = read_experiment(d, "/base");
  check_names(d, e, task_info());
  CHECK(d.problems().empty());
  CHECK(e.search->objectives == std::vector<std::string>{"accuracy", "bops"});
}

TEST_CASE("constraints parse both ways and refuse nonsense") {
  CHECK(parse_constraint("accuracy >= 0.6").at_most == false);
  CHECK(parse_constraint(" bops<=1e6").limit == 1e6);
  for (const char *bad : {"", "bops", "bops < 3", "bops <=", "<= 3", "bops <= x", "bops <= 3 4", "bops <= nan"})
    CHECK_THROWS_AS(parse_constraint(bad), UsageError);
}

TEST_CASE("fidelity, repeats and confirm have defaults, are read, and are checked like all others") {
  const Experiment plain = load(kGood).experiment;
  CHECK(plain.search->fidelity.kind == FidelityKind::none);
  CHECK(plain.search->repeats == 1);
  const auto with = [](const std::vector<std::string> &overrides) {
    ManifestDocument d(kGood, "m.toml", overrides);
    Experiment e = read_experiment(d, "/base");
    check_names(d, e, task_info());
    return Loaded{e, d.problems()};
  };
  const Loaded good =
      with({"search.fidelity={kind=\"asha\",eta=2,grace=0.25}", "search.repeats=3", "select.confirm=4"});
  CHECK(good.problems.empty());
  CHECK(good.experiment.search->fidelity.kind == FidelityKind::asha);
  CHECK(good.experiment.search->fidelity.eta == 2);
  CHECK(good.experiment.search->fidelity.grace == 0.25);
  CHECK(good.experiment.search->repeats == 3);
  CHECK(good.experiment.select->confirm == 4);
  CHECK(mentions(with({"search.fidelity.kind=ahsa"}).problems, "did you mean 'asha'"));
  CHECK(mentions(with({"search.fidelity.eta=1", "search.fidelity.kind=asha"}).problems, "integer in [2, 1000]"));
  CHECK(mentions(with({"search.fidelity={kind=\"asha\",graze=0.1}"}).problems, "did you mean 'grace'"));
  CHECK(mentions(with({"search.fidelity=asha"}).problems, "'search.fidelity' must be a table"));
  CHECK(mentions(with({"search.fidelity.eta=3"}).problems, "[search.fidelity] needs the key 'kind'"));
  CHECK(mentions(with({"search.fidelity.kind=asha", "search.fidelity.grace=0.9"}).problems,
                 "the first rung is not before the last of 3 epochs"));
  CHECK(mentions(with({"search.fidelity.kind=asha", "search.objectives=[\"bops\"]"}).problems,
                 "no objective is a metric of the task"));
  CHECK(mentions(with({"search.repeats=0"}).problems, "'search.repeats' must be an integer in [1, 1000]"));
  CHECK(mentions(with({"select.confrim=2"}).problems, "did you mean 'confirm'"));
  const Loaded placed = load(std::string(kGood) + "[search.fidelity]\nkind = \"asha\"\neta = 0\n");
  CHECK(mentions(placed.problems, "m.toml:"));
  CHECK(mentions(placed.problems, ":7: 'search.fidelity.eta' must be"));
}
