// SPDX-License-Identifier: Apache-2.0
#include "report/report.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "compress_sample.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "sample.hpp"
#include "support/temp_folder.hpp"

using Catch::Matchers::Contains;
using nac::fw::ReportData;
using nac::fw::ReportFiles;
using nac::fw::Study;
using nac::fw::Trial;
using nac::test::TempFolder;

namespace {

std::unique_ptr<Study> store(const std::filesystem::path &folder, const ReportData &data) {
  auto study = Study::open(folder, Study::Mode::create);
  study->set_text("name", data.name);
  study->set_text("quantities", to_json(data.quantities));
  study->set_text("objectives", to_json(data.objectives));
  study->set_text("select", R"([{"name":"tiny","limit":2000,"trial":0},{"name":"huge","limit":1e9}])");
  study->set_text("test.0", R"({"error":0.55,"other":null})");
  study->set_text("manifest", data.manifest);
  study->set_text("seed", "1");
  study->set_plugins(data.plugins);
  for (Trial t : data.trials) {
    if (!t.model.empty()) t.model = study->store_artifact("model of " + t.architecture);
    study->add_trial(t);
  }
  return study;
}

}  // namespace

TEST_CASE("A report is written from the study alone") {
  TempFolder temp;
  const ReportData sample = sample_report();
  const auto study = store(temp / "s", sample);
  const ReportData data = read_report_data(*study);
  CHECK(data.front == sample.front);
  CHECK(data.figures.hypervolume == sample.figures.hypervolume);
  CHECK(data.metric().name == "error");
  REQUIRE(data.classes.size() == 2);
  CHECK(data.classes[0].test.at("error") == 0.55);
  CHECK(std::isnan(data.classes[0].test.at("other")));
  CHECK_FALSE(data.classes[1].trial);
  CHECK_THROWS_AS(data.trial(99), nac::fw::Error);

  std::filesystem::create_directories(temp / "s/models");
  for (const char *name : {"17.onnx", "mine.onnx", "1a.onnx"}) std::ofstream(temp / "s/models" / name) << "x";
  const ReportFiles files = write_report(*study);
  REQUIRE(files.models.size() == 2);
  for (const auto &file : {files.html, files.front_csv, files.trials_csv, files.json, files.models[0], files.models[1]})
    CHECK(std::filesystem::file_size(file) > 0);
  CHECK_FALSE(std::filesystem::exists(temp / "s/models/17.onnx"));
  CHECK(std::filesystem::exists(temp / "s/models/mine.onnx"));
  CHECK(std::filesystem::exists(temp / "s/models/1a.onnx"));
  // Elsewhere too.
  CHECK(std::filesystem::exists(write_report(*study, temp / "elsewhere").html));
}

TEST_CASE("A study without a search has no report") {
  TempFolder temp;
  const auto study = Study::open(temp / "s", Study::Mode::create);
  CHECK_THROWS_WITH(write_report(*study), Contains("no search was started in it"));
}

TEST_CASE("The JSON report reads back") {
  ReportData data = sample_report();
  data.trials[0].metrics["error"] = std::nan("");
  const nlohmann::json j = nlohmann::json::parse(report_json(data));
  CHECK(j.at("name") == data.name);
  REQUIRE(j.at("trials").size() == 7);
  CHECK(j["trials"][0]["metrics"]["error"].is_null());
  CHECK(j["trials"][1]["point"]["width"] == 1);
  CHECK(j["trials"][3]["duplicate_of"] == 1);
  CHECK(j["front"] == std::vector<int>{0, 1});
  CHECK(j["front_figures"]["hypervolume"] == data.figures.hypervolume);
  CHECK(j["front_figures"]["reference"].size() == 2);
  CHECK(j["front_figures"]["knee"].is_null());
  CHECK(j["front_figures"]["contributions"]["1"] == data.figures.contribution.at(1));
  CHECK(j["classes"][0]["test"]["error"] == 0.55);
  CHECK(j["plugins"][0]["sha256"] == std::string(64, 'f'));
  CHECK(j["manifest"] == data.manifest);
}

TEST_CASE("The JSON report has rungs, seeds and what was saved") {
  const nlohmann::json j = nlohmann::json::parse(report_json(staged_report()));
  CHECK(j["fidelity"]["kind"] == "asha");
  CHECK(j["fidelity"]["rungs"] == std::vector<int>{3});
  CHECK(j["fidelity"]["saved_share"] == Approx(1.0 / 3));
  CHECK(j["trials"][0]["state"] == "stopped");
  CHECK(j["trials"][0]["rungs"][0]["decision"] == "stop");
  CHECK(j["trials"][1]["sd"]["error"] == 0.0123);
  CHECK(j["trials"][1]["seeds"] == 3);
  CHECK(j["trials"][1]["results"][1]["metrics"]["error"] == 0.19);
  CHECK(j["trials"][2].count("sd") == 0);
  CHECK(j["classes"][0]["test_sd"]["error"] == 0.02);
}

TEST_CASE("The page tells of rungs and seeds") {
  const std::string page = report_html(staged_report());
  CHECK_THAT(page, Contains("Trials stopped at rungs (asha): 1. That saved 6 of the 18 epochs") && Contains(" 33 %"));
  CHECK_THAT(page, Contains("<h2>Rungs</h2>") && Contains("0.2 \xC2\xB1 0.012") && Contains("<td>0 *</td>"));
  CHECK(report_html(sample_report()).find("Rungs") == std::string::npos);
}

TEST_CASE("Results of further seeds change what a report says of a trial") {
  TempFolder temp;
  const auto study = store(temp / "s", sample_report());
  study->add_result({0, 1, "", {{"error", 0.9}}, ""});
  study->set_text("fidelity", R"({"kind":"median","eta":2,"grace":0.5,"rungs":[2],"epochs":4,"repeats":1})");
  study->set_text("test.0", R"({"error":[0.5,0.7]})");
  const ReportData data = read_report_data(*study);
  CHECK(data.trial(0).metrics.at("error") == Approx(0.7));
  CHECK(data.spread(0)->results == 2);
  CHECK(data.spread(1) == nullptr);
  CHECK(data.fidelity.kind == "median");
  CHECK(data.classes[0].test.at("error") == Approx(0.6));
  CHECK(data.classes[0].test_sd.at("error") == Approx(0.1414).epsilon(0.01));
  study->set_text("fidelity", "{}");
  CHECK_THROWS_WITH(read_report_data(*study), Contains("fidelity") && Contains("cannot be read"));
}

TEST_CASE("Tuning, compression and choice are read from the study") {
  TempFolder temp;
  const auto study = store(temp / "s", sample_report());
  const ReportFiles without = write_report(*study);
  CHECK(without.tune_csv.empty());
  CHECK_FALSE(std::filesystem::exists(temp / "s/compress.csv"));
  CHECK(read_report_data(*study).choice.empty());
  for (const Study::TuneRow &row : tune_sample()) study->set_tune_row(row);
  for (const Study::CompressRow &row : compress_sample()) study->add_compress_row(row);
  study->set_text("choose", R"({"rule":"lexi","trial":1,"chain":"{\"bits\":8}","position":2})");
  const ReportData data = read_report_data(*study);
  REQUIRE(data.tuned.size() == 1);
  CHECK(best_recipe(data.tuned[0], data.metric())->metrics.at("epochs") == 7);
  REQUIRE(data.compressed.size() == 2);
  REQUIRE(data.choice.step);
  REQUIRE(find_point(data.compressed, *data.choice.step) != nullptr);
  CHECK(find_point(data.compressed, *data.choice.step)->sparsity == 0.9);
  const ReportFiles files = write_report(*study);
  CHECK(std::filesystem::file_size(files.tune_csv) > 0);
  CHECK(std::filesystem::file_size(files.compress_csv) > 0);
  study->set_text("choose", "[]");
  CHECK_THROWS_WITH(read_report_data(*study), Contains("the choice is array, not an object"));
}
