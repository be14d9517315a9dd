// SPDX-License-Identifier: Apache-2.0
#include "pipeline/provenance.hpp"

#include <catch2/catch.hpp>

#include "fakes.hpp"
#include "support/temp_folder.hpp"

using Catch::Matchers::Contains;
using nac::fw::Study;
using nac::test::TempFolder;

TEST_CASE("What decides results must be as it was, the rest is warned about") {
  TempFolder temp;
  const auto study = Study::open(temp / "s", Study::Mode::create);
  nac::fw::Experiment experiment = fakes::experiment(study->folder(), 10);
  experiment.task.parameters["data"] = std::string("/a");
  experiment.task.parameters["constituents"] = int64_t{8};
  fakes::Task task;
  std::vector<nac::fw::StudyPlugin> plugins = {{"fake.task", "1", "/t.so", "aa"}};
  nac::fw::EngineInfo engine{"fake", "1", "blas", false, {}};
  const auto record = [&] { return record_provenance(experiment, task, plugins, engine, *study); };
  REQUIRE(record().empty());
  CHECK(record().empty());
  CHECK(study->text("manifest") == experiment.source);

  SECTION("seed") {
    experiment.seed = 9;
    CHECK_THROWS_WITH(record(), Contains("experiment.seed was 5 and is now 9"));
  }
  SECTION("task parameter") {
    experiment.task.parameters["constituents"] = int64_t{16};
    CHECK_THROWS_WITH(record(), Contains("task.constituents was \"8\" and is now \"16\""));
  }
  SECTION("new task parameter") {
    experiment.task.parameters["cut"] = 2.0;
    CHECK_THROWS_WITH(record(), Contains("task.cut was not set and is now"));
  }
  SECTION("other data") {
    task.data_version = "data 2";
    CHECK_THROWS_WITH(record(), Contains("the data was"));
  }
  SECTION("equal data elsewhere") {
    experiment.task.parameters["data"] = std::string("/b");
    CHECK(record().empty());
  }
  SECTION("training") {
    experiment.search->train.learning_rate = 0.5;
    CHECK_THROWS_WITH(record(), Contains("search.train was") && Contains("\"learning_rate\":0.5"));
  }
  SECTION("order") {
    experiment.search->lookahead = 4;
    CHECK_THROWS_WITH(record(), Contains("search.lookahead was 8 and is now 4"));
  }
  SECTION("workers and classes are free") {
    experiment.search->parallel = 7;
    experiment.select.reset();
    CHECK(record().empty());
  }
  SECTION("another build, engine and device") {
    plugins[0].sha256 = "bb";
    engine.version = "2";
    experiment.device = "cuda";
    const std::vector<std::string> warnings = record();
    REQUIRE(warnings.size() == 3);
    CHECK_THAT(warnings[0], Contains("plugin fake.task 1 (/t.so) is another build"));
    CHECK(warnings[1] == "the engine was fake 1, else torch when the study was started and is now fake 2, else torch");
    CHECK(study->plugins()[0].sha256 == "bb");
  }
  SECTION("another choice of engine") {
    experiment.engine = nac::fw::EngineChoice::fused;
    const std::vector<std::string> warnings = record();
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0] == "the engine was fake 1, else torch when the study was started and is now fake 1");
  }
  SECTION("the engine of other networks, once it is known") {
    const nac::fw::EngineInfo torch{"torch", "1.13.1", "OpenBLAS", false, {}};
    CHECK(record_other_engine(torch, *study).empty());
    CHECK(record_other_engine(torch, *study).empty());
    CHECK(study->text("engine.other") == "torch 1.13.1 with OpenBLAS");
    CHECK_THAT(record_other_engine({"torch", "2.0", "OpenBLAS", false, {}}, *study),
               Contains("was torch 1.13.1 with OpenBLAS when the study was started and is now torch 2.0"));
  }
}
