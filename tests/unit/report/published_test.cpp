// SPDX-License-Identifier: Apache-2.0
#include "report/published.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "sample.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

ReportData published() {
  ReportData data = sample_report();
  data.hardware = {{"trial-0",
                    "trial 0",
                    "org.nac.hls",
                    "{}",
                    "abc",
                    "hardware/trial-0",
                    5000,
                    0,
                    {{"lut", "", 1200, 1000, 1500, kNone},
                     {"interval", "cycles", 500, 400, 600, kNone},
                     {"dsp", "", 0, 0, 0, kNone},
                     {"ff", "", kNone, kNone, kNone, kNone}}}};
  data.published = {{"Tiny",
                     "a <paper>",
                     "trial-0",
                     {{"lut", 2400, 2400}, {"interval", 250, 1000}, {"dsp", 0, 0}, {"ff", 5, 5}, {"uram", 1, 1}}},
                    {"Small", "a <paper>", "trial-9", {{"lut", 1, 1}}},
                    {"Tiny", "a thesis", "trial-0", {{"lut", 600, 600}}}};
  return data;
}

}  // namespace

TEST_CASE("Published figures stand beside the project of their network") {
  const auto pairs = published_pairs(published());
  REQUIRE(pairs.size() == 5);  // the backend has no uram, and the study no project trial-9
  CHECK((pairs[0].network == "Tiny" && pairs[0].ours.quantity == "lut" && pairs[0].low == 2400));
  CHECK((pairs[0].ratio_low() == 0.5 && pairs[0].ratio_high() == 0.5));
  CHECK((pairs[1].ratio_low() == 0.5 && pairs[1].ratio_high() == 2));
  CHECK((std::isnan(pairs[2].ratio_low()) && std::isnan(pairs[3].ratio_high())));
  CHECK((pairs[4].source == "a thesis" && pairs[4].ratio_low() == 2));
}

TEST_CASE("The table has a part for each source") {
  const std::string text = published_text(published());
  CHECK_THAT(text, StartsWith("Beside a <paper> (") && Contains("Beside a thesis (") && !Contains("report"));
  CHECK_THAT(text, Contains("1,000 ... 1,500") && Contains("250 ... 1,000") && Contains("0.50 ... 2.00"));
  const std::string html = report_html(published());
  CHECK_THAT(html, Contains("<h3>Beside a &lt;paper&gt;</h3>") && Contains("0.50 ... 2.00"));
  ReportData built = published();
  built.hardware[0].values[0].report = 1111;
  CHECK_THAT(published_text(built), Contains("report") && Contains("1,111"));
}

TEST_CASE("Programs read the same") {
  const std::string csv = published_csv(published());
  CHECK_THAT(csv, StartsWith("network,name,source,quantity,unit,estimate,"));
  CHECK_THAT(csv, Contains("Tiny,trial-0,a <paper>,interval,cycles,500,400,600,,250,1000,0.5,2\r\n"));
  CHECK_THAT(csv, Contains("Tiny,trial-0,a <paper>,dsp,,0,0,0,,0,0,,\r\n"));
  const auto json = nlohmann::json::parse(report_json(published()));
  CHECK(json.at("published").at(1).at("ratio") == nlohmann::json::array({0.5, 2.0}));
  CHECK(json.at("published").at(3).at("estimate").is_null());
}

TEST_CASE("Without published figures a report says nothing of them") {
  ReportData data = published();
  data.published.clear();
  CHECK(published_text(data).empty());
  CHECK(published_csv(data).empty());
  CHECK_THAT(report_html(data), !Contains("Beside"));
  CHECK(nlohmann::json::parse(report_json(data)).count("published") == 0);
}

TEST_CASE("Published figures are stored and read back") {
  const ReportData data = published();
  CHECK(to_json(published_from_json(to_json(data.published))) == to_json(data.published));
  CHECK(published_from_json(to_json(data.published)).at(0).values.at(1).high == 1000);
  CHECK_THROWS_WITH(published_from_json(R"([{"network":"a"}])"), Contains("published figures"));
}
