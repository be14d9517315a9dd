// SPDX-License-Identifier: Apache-2.0
//
// [search.quantize]: what a search measures is the quantized network.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "fake_backend.hpp"
#include "graph/onnx.hpp"
#include "pipeline/predict.hpp"
#include "pipeline/searched_task.hpp"
#include "quantized_fakes.hpp"
#include "support/temp_folder.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;
using nac::test::TempFolder;

namespace {

/// Stands in for quantizing: a quantized network that its bits and its seed decide.
class Quantizing final : public CompressPort {
 public:
  Quantizing(const PluginChoice &pass, const CompressProxy::Setup &setup) : pass_(pass), seed_(setup.seed) {}
  CompressStep step(Graph &model, const std::vector<double> &metrics) override {
    if (metrics.size() != 2) throw Error("the pass was not told the metrics");
    if (is_quantized(model) == (calls_ == 0)) throw Error("the pass was given another model than it left");
    CompressStep step;
    step.finished = calls_++ > 0 || number("float") > 0;
    if (step.finished) return step;
    model = fakes::quantized_network(static_cast<uint32_t>(seed_ % 1000 + static_cast<uint64_t>(number("bits"))));
    step.train_epochs = static_cast<int>(number("epochs"));
    return step;
  }
  std::string save() override { return ""; }
  void load(const std::string &) override {}

 private:
  int64_t number(const char *name) const {
    const auto at = pass_.parameters.find(name);
    return at == pass_.parameters.end() ? 0 : std::get<int64_t>(at->second);
  }
  const PluginChoice pass_;
  const uint64_t seed_;
  int calls_ = 0;
};

Experiment quantizing(const std::filesystem::path &folder, uint64_t trials = 30) {
  Experiment e = fakes::experiment(folder, trials);
  SearchedParameters s;
  s.choice.plugin = "fake.pass";
  s.values["bits"] = {int64_t{4}, int64_t{8}};
  s.prefix = "pass.";
  s.table = "search.quantize";
  e.search->quantize = s;
  e.search->added_dimensions = {"pass.bits"};
  e.search->constraints = {};
  return e;
}

RunOutcome run(const Experiment &e, Study &study, fakes::BackendPlan *plan = nullptr) {
  const fakes::Task own;
  const std::unique_ptr<TaskPort> task = searched_task(own, e);
  RunParts parts{*task,
                 [&](const SearchProxy::Setup &setup) -> std::unique_ptr<SearchPort> {
                   return std::make_unique<fakes::Search>(task->space(), setup);
                 },
                 {{"fake.task", "1", "/nowhere/task.so", "aa"}},
                 {},
                 [](const PluginChoice &pass, const CompressProxy::Setup &setup) -> std::unique_ptr<CompressPort> {
                   return std::make_unique<Quantizing>(pass, setup);
                 }};
  if (plan != nullptr) parts.make_backend = fakes::backend_factory(*plan);
  fakes::Engine engine;
  Observer silent;
  const std::atomic<int> none{0};
  return run_experiment(e, parts, engine, study, silent, none);
}

}  // namespace

TEST_CASE("Metrics, costs and models of a quantizing search are those of the integers, on any number of workers") {
  TempFolder temp;
  std::string results;
  for (const int workers : {1, 4}) {
    Experiment e = quantizing(temp / std::to_string(workers));
    e.search->parallel = workers;
    const auto study = Study::open(e.study, Study::Mode::create);
    run(e, *study);
    if (results.empty()) results = fakes::results_of(*study);
    CHECK(fakes::results_of(*study) == results);
    const fakes::Task task;
    fakes::Engine engine;
    std::set<int> bits;
    std::size_t complete = 0;
    for (const Trial &t : study->trials()) {
      if (t.preset.empty()) bits.insert(nlohmann::json::parse(t.point).at("pass.bits").get<int>());
      if (!t.measured()) continue;
      ++complete;
      const Graph model = from_onnx(study->model(t.number), "model").graph;
      REQUIRE(is_quantized(model));
      CHECK(t.metrics.at("error") == score(model, "validation", task.read_all("validation", 0), task, engine).front());
      for (const auto &[name, value] : costs_as_built(model, e.bops)) CHECK(t.metrics.at(name) == value);
      CHECK(t.objectives == std::vector<double>{t.metrics.at("error"), t.metrics.at("bops")});
    }
    CHECK(complete > 10);
    CHECK(bits == std::set<int>{4, 8});
    // Another setting of the pass is another study.
    Experiment other = e;
    other.search->quantize->choice.parameters["samples"] = int64_t{3};
    CHECK_THROWS_WITH(run(other, *study), Contains("search.quantize.samples"));
    // It goes on as it was.
    e.search->trials += 5;
    run(e, *study);
    CHECK(fakes::results_of(*study).substr(0, 200) == results.substr(0, 200));
  }
}

TEST_CASE("Rungs and further seeds see quantized networks too") {
  TempFolder temp;
  Experiment e = quantizing(temp / "s");
  e.search->train.epochs = 9;
  e.search->fidelity = {FidelityKind::asha, 3, 0.1};
  e.search->repeats = 2;
  const auto study = Study::open(e.study, Study::Mode::create);
  run(e, *study);
  int stopped = 0;
  for (const Study::RungRow &row : study->rungs()) {
    if (row.decision == "stop") ++stopped;
    CHECK(row.objectives.size() == 2);
  }
  CHECK(stopped > 0);
  for (const Trial &t : study->trials())
    if (t.measured()) CHECK(is_quantized(from_onnx(study->model(t.number), "model").graph));
  for (const Study::ResultRow &row : study->results())
    if (!row.model.empty()) CHECK(is_quantized(from_onnx(study->artifact(row.model), "model").graph));
}

TEST_CASE("A pass that trains ends the search, one that leaves a network in float fails its trial") {
  TempFolder temp;
  Experiment trains = quantizing(temp / "a");
  trains.search->quantize->choice.parameters["epochs"] = int64_t{3};
  CHECK_THROWS_WITH(run(trains, *Study::open(trains.study, Study::Mode::create)),
                    Contains("asks for 3 epochs") && Contains("set its epochs to 0"));
  Experiment idle = quantizing(temp / "b");
  idle.search->quantize->choice.parameters["float"] = int64_t{1};
  const auto study = Study::open(idle.study, Study::Mode::create);
  CHECK_THROWS_WITH(run(idle, *study), Contains("all failed"));
  int in_float = 0;
  for (const Trial &t : study->trials()) {
    CHECK_FALSE(t.measured());
    if (t.reason.find("left the network in float") != std::string::npos) ++in_float;
  }
  CHECK(in_float > 5);
}

TEST_CASE("An earlier study is told only where it was quantized in the same way") {
  TempFolder temp;
  const Experiment first = quantizing(temp / "a");
  run(first, *Study::open(first.study, Study::Mode::create));
  Experiment same = quantizing(temp / "b", 3);
  same.search->warm_start = {first.study.string()};
  CHECK_NOTHROW(run(same, *Study::open(same.study, Study::Mode::create)));
  Experiment other = quantizing(temp / "c", 3);
  other.search->warm_start = same.search->warm_start;
  other.search->quantize->choice.parameters["samples"] = int64_t{3};
  CHECK_THROWS_WITH(run(other, *Study::open(other.study, Study::Mode::create)), Contains("search.quantize.samples"));
}

TEST_CASE("The best of a quantizing search are the networks of [hardware], and nothing compresses them again") {
  TempFolder temp;
  fakes::BackendPlan plan;
  Experiment e = quantizing(temp / "s");
  e.hardware = HardwareStage();
  e.hardware->backend.plugin = "fake.backend";
  e.hardware->prefix = "fake.";
  CHECK(asked_stages(e).back() == LocalStage::hardware);
  e.tune = default_tune(e.search->train);
  const auto study = Study::open(e.study, Study::Mode::create);
  CHECK_THROWS_WITH(run(e, *study, &plan), Contains("'tune' works on networks in float"));
}
