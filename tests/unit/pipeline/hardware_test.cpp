// SPDX-License-Identifier: Apache-2.0
//
// [hardware] in a run: costs that the search sees, the budget of the choice, and the projects at the end.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "fake_backend.hpp"
#include "fake_pass.hpp"
#include "graph/onnx.hpp"
#include "pipeline/hardware/parameters.hpp"
#include "pipeline/hardware/stage.hpp"
#include "pipeline/searched_task.hpp"
#include "quantized_fakes.hpp"
#include "services/files.hpp"
#include "support/temp_folder.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;
using nac::test::TempFolder;

namespace {

HardwareStage hardware() {
  HardwareStage s;
  s.backend.plugin = "fake.backend";
  s.prefix = "fake.";
  for (const char *name : {"lut", "lut_percent", "latency_ns", "dsp"})
    s.quantities.push_back({std::string("fake.") + name, "", -1, false});
  s.vectors = 200;
  return s;
}

Experiment searching(const std::filesystem::path &folder) {
  Experiment e = fakes::experiment(folder, 60);
  e.hardware = hardware();
  e.hardware->searched["reuse_factor"] = {int64_t{1}, int64_t{2}, int64_t{3}, int64_t{4}};
  e.search->hardware = e.hardware->quantities;
  e.search->added_dimensions = {"fake.reuse_factor"};
  e.search->objectives = {"error", "fake.lut"};
  return e;
}

void run(const Experiment &e, Study &study, const BackendFactory &make_backend) {
  const fakes::Task own;
  const std::unique_ptr<TaskPort> searched = searched_task(own, e);
  const TaskPort &task = searched ? *searched : static_cast<const TaskPort &>(own);
  RunParts parts{task,
                 [&](const SearchProxy::Setup &setup) -> std::unique_ptr<SearchPort> {
                   return std::make_unique<fakes::Search>(task.space(), setup);
                 },
                 {{"fake.task", "1", "/nowhere/task.so", "aa"}},
                 {},
                 fakes::make_pass,
                 make_backend};
  fakes::Engine engine;
  Observer silent;
  const std::atomic<int> none{0};
  run_experiment(e, parts, engine, study, silent, none);
}

struct Warnings final : Observer {
  std::vector<std::string> all;
  void warning(const std::string &text) override { all.push_back(text); }
};

/// A study with two compressed networks of trial 0, the second of which is chosen.
std::unique_ptr<Study> compressed(const std::filesystem::path &folder) {
  auto study = Study::open(folder, Study::Mode::create);
  Trial trial;
  trial.state = TrialState::complete;
  trial.point = R"({"width":2})";
  trial.metrics = {{"error", 0.1}, {"bops", 10}};
  trial.objectives = {0.1, 10};
  trial.model = study->store_artifact("float");
  study->add_trial(trial);
  for (const int bits : {4, 8}) {
    Study::CompressRow row;
    row.chain = "{\"bits\":" + std::to_string(bits) + "}";
    row.pass = "qat";
    row.state = "measured";
    row.last = true;
    row.metrics = {{"error", 0.8 / bits},
                   {"bops", 100.0 * bits},
                   {"weight_bits", bits},
                   {"activation_bits", bits},
                   {"sparsity", 0}};
    const Graph model = fakes::quantized_network(static_cast<uint32_t>(bits));
    row.model = study->store_artifact(to_onnx(model));
    row.deployed = study->store_artifact(to_onnx(deploy(model)));
    study->add_compress_row(row);
  }
  const std::vector<Quantity> measured{{"error", "px", -1, false}, {"bops", "", -1, true}};
  for (const char *key : {"objectives", "quantities"}) study->set_text(key, to_json(measured));
  study->set_text("choose", R"({"rule":"knee","pick":{"trial":0,"chain":"{\"bits\":8}","position":0}})");
  return study;
}

HardwareEnd build(const Experiment &e, Study &study, fakes::BackendPlan &plan, Observer &observer, int interrupts = 0) {
  const fakes::Task task;
  fakes::IntegerEngine engine;
  const std::atomic<int> interrupted{interrupts};
  const TunerFactory no_tuner;
  const CompressFactory no_pass;
  const BackendFactory make = fakes::backend_factory(plan);
  return run_hardware({e, task, no_tuner, no_pass, engine, study, observer, interrupted, &make});
}

Experiment building(const std::filesystem::path &folder) {
  Experiment e = fakes::experiment(folder, 1);
  e.hardware = hardware();
  e.choose = ChooseStage();
  return e;
}

}  // namespace

TEST_CASE("A search sees the costs of hardware, and its parameters are dimensions") {
  TempFolder temp;
  fakes::BackendPlan plan;
  std::string results;
  for (const int workers : {1, 4}) {
    Experiment e = searching(temp / std::to_string(workers));
    e.search->parallel = workers;
    const auto study = Study::open(e.study, Study::Mode::create);
    run(e, *study, fakes::backend_factory(plan));
    if (results.empty()) results = fakes::results_of(*study);
    CHECK(fakes::results_of(*study) == results);
    std::map<int, int> reuse, infeasible;
    for (const Trial &t : study->trials()) {
      if (!t.preset.empty()) {
        if (t.measured()) CHECK(t.metrics.at("fake.lut") == t.metrics.at("parameters"));
        continue;
      }
      const int factor = nlohmann::json::parse(t.point).at("fake.reuse_factor");
      ++reuse[factor];
      if (t.state == TrialState::infeasible && t.reason.find("legal are") != std::string::npos) {
        ++infeasible[factor];
        CHECK(t.metrics.count("error") == 0);
      }
      if (!t.measured()) continue;
      CHECK(factor != 3);
      CHECK(t.metrics.at("fake.lut") == t.metrics.at("parameters") / factor);
      CHECK(t.metrics.at("fake.latency_ns") == factor);
      CHECK(t.objectives.at(1) == t.metrics.at("fake.lut"));
      if (t.duplicate_of >= 0) {
        const auto first = study->trial(static_cast<uint64_t>(t.duplicate_of));
        CHECK(nlohmann::json::parse(first->point).at("fake.reuse_factor") == factor);
      }
    }
    CHECK(reuse.size() == 4);
    CHECK(infeasible.size() == 1);
    CHECK(infeasible[3] > 0);
    // The part that decides them cannot change under way.
    Experiment other = e;
    other.hardware->backend.parameters["part"] = std::string("vu13p");
    CHECK_THROWS_WITH(run(other, *study, fakes::backend_factory(plan)), Contains("hardware.part was not set"));
    // It goes on as it was.
    e.search->trials += 5;
    run(e, *study, fakes::backend_factory(plan));
    CHECK(fakes::results_of(*study).substr(0, 200) == results.substr(0, 200));
  }
}

TEST_CASE("A constraint on a cost of hardware is one on the trained network") {
  TempFolder temp;
  fakes::BackendPlan plan;
  Experiment e = searching(temp / "s");
  e.search->constraints = {{"fake.lut", true, 40, "fake.lut <= 40"}};
  const auto study = Study::open(e.study, Study::Mode::create);
  run(e, *study, fakes::backend_factory(plan));
  int broken = 0;
  for (const Trial &t : study->trials())
    if (t.measured()) {
      CHECK(t.feasible == (t.metrics.at("fake.lut") <= 40));
      broken += t.feasible ? 0 : 1;
    }
  CHECK(broken > 0);
}

TEST_CASE("Without a backend a search for its costs says so") {
  TempFolder temp;
  const Experiment e = searching(temp / "s");
  const auto study = Study::open(e.study, Study::Mode::create);
  CHECK_THROWS_WITH(run(e, *study, {}), Contains("there is no backend"));
}

TEST_CASE("A searched task builds what the task builds") {
  const fakes::Task task;
  Experiment e = fakes::experiment("nowhere", 1);
  e.hardware = hardware();
  HardwareStage &s = *e.hardware;
  CHECK(searched_task(task, e) == nullptr);
  s.searched["io_type"] = {std::string("io_parallel"), std::string("io_stream")};
  s.searched["reuse_factor"] = {int64_t{1}, int64_t{4}};
  s.backend.parameters["part"] = std::string("vu13p");
  const auto searched = searched_task(task, e);
  REQUIRE(searched->space().dimensions().size() == 7);
  CHECK(searched->space().dimensions()[5].name == "fake.io_type");
  const std::string text =
      R"({"width":4,"depth":2,"last":3,"ignored":"a","variant":0,"fake.io_type":"io_stream","fake.reuse_factor":4})";
  const Point point = Point::from_json(searched->space(), text);
  const Point own = Point::from_json(task.space(), R"({"width":4,"depth":2,"last":3,"ignored":"a","variant":0})");
  CHECK(to_onnx([&] {
          Graph g = searched->build(point);
          initialize(g, 1);
          return g;
        }()) == to_onnx([&] {
          Graph g = task.build(own);
          initialize(g, 1);
          return g;
        }()));
  const auto parameters = parameters_at(s, point.to_json());
  CHECK(std::get<std::string>(parameters.at("io_type")) == "io_stream");
  CHECK(std::get<int64_t>(parameters.at("reuse_factor")) == 4);
  CHECK(std::get<std::string>(parameters.at("part")) == "vu13p");
  CHECK(parameters_at(s, "").size() == 1);
  CHECK_THROWS_WITH(parameters_at(s, R"({"fake.reuse_factor":8})"), Contains("no value of [hardware.search]"));
}

TEST_CASE("A budget may be on what the backend estimates") {
  TempFolder temp;
  fakes::BackendPlan plan;
  for (const auto &[limit, picks] : {std::pair(1.0, false), std::pair(1e6, true)}) {
    Experiment e = fakes::experiment(temp / std::to_string(limit), 12);
    e.hardware = hardware();
    e.search->hardware = e.hardware->quantities;
    e.compression.base = e.search->train;
    CompressPass pass;
    pass.pass = {"qat", {{"steps", int64_t{1}}}};
    e.compress = {pass};
    e.choose = ChooseStage();
    e.choose->rule = ChooseRule::budget;
    e.choose->seeds = 1;
    e.choose->budget = Constraint{"fake.lut", true, limit, "fake.lut <= limit"};
    const auto study = Study::open(e.study, Study::Mode::create);
    run(e, *study, fakes::backend_factory(plan));
    const auto choice = nlohmann::json::parse(study->text("choose").value());
    CHECK(choice.at("pick").is_object() == picks);
    if (!picks) CHECK_THAT(choice.at("reason").get<std::string>(), Contains("fake.lut <= limit"));
  }
}

TEST_CASE("The chosen network becomes a project once, and again when its parameters change") {
  TempFolder temp;
  fakes::BackendPlan plan;
  Warnings observer;
  Experiment e = building(temp / "s");
  const auto study = compressed(e.study);
  const HardwareEnd first = build(e, *study, plan, observer);
  REQUIRE(first.rows.size() == 1);
  CHECK((first.failed == 0 && first.known == 0));
  const Study::HardwareRow &row = first.rows[0];
  CHECK(row.name == "chosen");
  CHECK(row.folder == "hardware/chosen");
  CHECK_THAT(row.network, Contains("{\"bits\":8}"));
  CHECK((row.vectors == 200 && row.differences == 0));
  CHECK(std::filesystem::exists(study->folder() / "hardware" / "chosen" / "firmware" / "top.cpp"));
  CHECK(plan.emitted == 1);
  CHECK(build(e, *study, plan, observer).known == 1);
  CHECK(plan.emitted == 1);
  e.hardware->backend.parameters["reuse_factor"] = int64_t{4};
  CHECK(build(e, *study, plan, observer).known == 0);
  CHECK(plan.emitted == 2);
  REQUIRE(study->hardware_rows().size() == 1);
  CHECK(study->hardware_rows()[0].parameters == R"({"reuse_factor":4})");
  std::filesystem::remove_all(study->folder() / "hardware");
  build(e, *study, plan, observer);
  CHECK(plan.emitted == 3);
  CHECK(observer.all.empty());
}

TEST_CASE("Candidates of [hardware] are the best points of their trials") {
  TempFolder temp;
  fakes::BackendPlan plan;
  Warnings observer;
  Experiment e = building(temp / "s");
  const auto study = compressed(e.study);
  e.hardware->candidates.trials = {0};
  e.choose->rule = ChooseRule::lexi;
  e.choose->delta = 2;
  HardwareEnd end = build(e, *study, plan, observer);
  REQUIRE(end.rows.size() == 1);
  CHECK(end.rows[0].name == "trial-0");
  CHECK_THAT(end.rows[0].network, Contains("{\"bits\":4}"));
  e.choose->delta = 0.1;  // four bits lose too much
  end = build(e, *study, plan, observer);
  CHECK_THAT(end.rows.at(0).network, Contains("{\"bits\":8}"));
  e.choose.reset();
  e.hardware->candidates.trials.clear();
  CHECK(build(e, *study, plan, observer).rows.at(0).name == "trial-0");
}

TEST_CASE("Published figures are stored beside the project of their network") {
  TempFolder temp;
  fakes::BackendPlan plan;
  Warnings observer;
  Experiment e = building(temp / "s");
  const auto study = compressed(e.study);
  build(e, *study, plan, observer);
  CHECK_FALSE(study->text(kPublishedKey));
  e.hardware->published = {{"trial-0", "a", "", {{"lut", 1, 2}}},
                           {"chosen", "b", "", {{"lut", 3, 3}}},
                           {"trial-5", "c", "", {{"lut", 4, 4}}}};
  build(e, *study, plan, observer);
  auto rows = published_from_json(study->text(kPublishedKey).value());
  REQUIRE(rows.size() == 2);
  CHECK((rows[0].name == "chosen" && rows[0].network == "trial-0" && rows[0].values[0].high == 2));
  CHECK(rows[1].name == "chosen");
  REQUIRE(observer.all.size() == 1);
  CHECK_THAT(observer.all[0], Contains("'trial-5'"));
  // A preset is named by its name; rows that a manifest has no more are gone.
  Trial preset;
  preset.number = 1;
  preset.preset = "first";
  preset.state = TrialState::complete;
  preset.metrics = {{"error", 0.1}, {"bops", 10}};
  preset.objectives = {0.1, 10};
  preset.model = study->store_artifact("float");
  study->add_trial(preset);
  Study::CompressRow row = study->compress_rows().at(1);
  row.trial = 1;
  study->add_compress_row(row);
  e.hardware->candidates.presets = {"first"};
  e.hardware->published = {{"first", "a", "", {{"lut", 1, 2}}}};
  build(e, *study, plan, observer);
  rows = published_from_json(study->text(kPublishedKey).value());
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].name == "trial-1");
  e.hardware->published.clear();
  build(e, *study, plan, observer);
  CHECK(published_from_json(study->text(kPublishedKey).value()).empty());
}

TEST_CASE("What fails is said and counted, and keeps the study as it is") {
  TempFolder temp;
  fakes::BackendPlan plan;
  Warnings observer;
  Experiment e = building(temp / "s");
  const auto study = compressed(e.study);
  SECTION("a difference") {
    const Graph deployed = deploy(fakes::quantized_network(8));
    plan.wrong_value = deployed.value(deployed.outputs()[0]).name;
    CHECK(build(e, *study, plan, observer).failed == 1);
    REQUIRE(study->hardware_rows().size() == 1);
    CHECK(study->hardware_rows()[0].differences == 1);
    CHECK(study->hardware_rows()[0].folder.empty());
    CHECK_THAT(observer.all.at(0), Contains("hardware of chosen") && Contains("'b'"));
    plan.wrong_value.clear();
    CHECK(build(e, *study, plan, observer).rows.size() == 1);
    CHECK(study->hardware_rows().size() == 1);
  }
  SECTION("a node") {
    plan.unsupported = "Relu";
    CHECK(build(e, *study, plan, observer).failed == 1);
    CHECK(study->hardware_rows().empty());
    CHECK_THAT(observer.all.at(0), Contains("node 'Relu'"));
  }
  SECTION("nothing chosen") {
    study->set_text("choose", R"({"pick":null,"reason":"none is good enough"})");
    const HardwareEnd end = build(e, *study, plan, observer);
    CHECK(end.failed == 1);
    CHECK_THAT(end.reason, Contains("no network is chosen"));
  }
  SECTION("interrupted") {
    CHECK(build(e, *study, plan, observer, 1).interrupted);
    CHECK(study->hardware_rows().empty());
  }
  SECTION("no tools") {
    e.hardware->build = true;
    CHECK(build(e, *study, plan, observer).rows.size() == 1);
    CHECK_THAT(observer.all.at(0), Contains("vitis-run is not there"));
    plan.tools = true;
    plan.report = 30;
    build(e, *study, plan, observer);
    CHECK(study->hardware_rows().at(0).values.at(0).report == 30);
    CHECK(build(e, *study, plan, observer).known == 1);
  }
}
