// SPDX-License-Identifier: Apache-2.0
#include "report/hardware.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "report/html.hpp"
#include "report/json.hpp"
#include "sample.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::vector<Study::HardwareValue> values() {
  return {{"lut", "", 1200, 1000, 1500, kNone},
          {"lut_percent", "%", 0.0694, 0.05, 0.09, kNone},
          {"dsp", "", kNone, kNone, kNone, kNone},
          {"latency_ns", "ns", 25, 20, 30, kNone}};
}

ReportData built() {
  ReportData data = sample_report();
  data.hardware = {{"chosen", "trial 1 <4 bits>", "org.nac.hls", R"({"part":"vu13p"})", "abc", "hardware/chosen", 5000,
                    0, values()}};
  return data;
}

}  // namespace

TEST_CASE("Figures before synthesis are rows with range and share") {
  const auto rows = value_rows(values());
  REQUIRE(rows.size() == 4);
  CHECK(rows[0] == std::vector<std::string>{"quantity", "estimate", "range", "unit", "of the part"});
  CHECK(rows[1] == std::vector<std::string>{"lut", "1,200", "1,000 ... 1,500", "", "0.07 %"});
  CHECK(rows[2] == std::vector<std::string>{"dsp", "", "", "", ""});
}

TEST_CASE("Reports stand beside the estimate, with how far off it was") {
  auto v = values();
  v[0].report = 1000;
  const auto rows = value_rows(v);
  CHECK(rows[0].back() == "estimate off by");
  CHECK((rows[1][5] == "1,000" && rows[1][6] == "+20.0 %"));
  CHECK(rows[3].back().empty());
  const std::vector<Study::HardwareValue> only{{"lut", "", kNone, kNone, kNone, 7}};
  CHECK(value_rows(only)[1] == std::vector<std::string>{"lut", "", "7", ""});
}

TEST_CASE("A report has a section, a table and numbers of the hardware") {
  const ReportData data = built();
  const std::string html = report_html(data);
  CHECK_THAT(html, Contains("<h2>Hardware</h2>") && Contains("trial 1 &lt;4 bits&gt;") &&
                       Contains("5000 vectors, 0 differences") && Contains("vu13p"));
  const auto json = nlohmann::json::parse(report_json(data));
  CHECK(json.at("hardware").at(0).at("quantities").at(0).at("high") == 1500);
  CHECK(json.at("hardware").at(0).at("quantities").at(2).at("estimate").is_null());
  CHECK(json.at("hardware").at(0).at("parameters").at("part") == "vu13p");
  const std::string csv = hardware_csv(data);
  CHECK_THAT(csv, StartsWith("name,network,backend,"));
  CHECK_THAT(csv, Contains(",hardware/chosen,5000,0,lut,,1200,1000,1500,\r\n"));
  CHECK_THAT(hardware_text(data), Contains("chosen: trial 1 <4 bits>, by org.nac.hls") && Contains("latency_ns"));
}

TEST_CASE("A report without hardware says nothing of it") {
  const ReportData data = sample_report();
  CHECK_THAT(report_html(data), !Contains("Hardware"));
  CHECK(hardware_csv(data).empty());
  CHECK(hardware_text(data).empty());
}
