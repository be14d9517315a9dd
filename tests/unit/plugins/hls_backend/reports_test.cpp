// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "hls_backend/reports/quantities.hpp"
#include "hls_backend/reports/report_values.hpp"
#include "hls_backend/reports/text_table.hpp"
#include "hls_backend/reports/xml.hpp"
#include "nac/cpp/error.hpp"
#include "report_samples.hpp"
#include "sample_model.hpp"

using namespace nac::hls;
using namespace nac::hls::sample;

TEST_CASE("xml: events, paths, entities, and what is damaged") {
  xml_reader reader("<?xml?><a x='>'> 1 &amp; 2 <b/><!-- <c> --><![CDATA[ <d> ]]></a>");
  std::vector<std::string> seen;
  for (auto e = reader.next(); e != xml_reader::event::end; e = reader.next())
    seen.push_back(std::string(e == xml_reader::event::open    ? "+"
                               : e == xml_reader::event::close ? "-"
                                                               : "=") +
                   reader.value() + "@" + reader.path());
  CHECK(seen == std::vector<std::string>{"+a@a", "=1 & 2@a", "+b@a/b", "-b@a", "=<d>@a", "-a@"});
  const std::pair<const char *, const char *> damaged[] = {{"<a>\n<b></a>", "line 2: </a> where <b> is open"},
                                                           {"<a><b>1", "ends within <b>"},
                                                           {"<a", "within a tag"},
                                                           {"", "no element"},
                                                           {"<a/><b/>", "second root"},
                                                           {"<a/>tail", "outside"},
                                                           {"<a><!-- </a>", "comment"},
                                                           {"</a>", "nothing is open"},
                                                           {"< >", "without a name"}};
  for (const auto &[text, message] : damaged) {
    INFO(text);
    xml_reader bad(text);
    CHECK_THROWS_WITH(
        [&] {
          while (bad.next() != xml_reader::event::end) continue;
        }(),
        Catch::Contains(message));
  }
}

TEST_CASE("cells of tables and the numbers in them") {
  CHECK(cells_of("  | a b |  |3|") == std::vector<std::string>{"a b", "", "3"});
  CHECK(cells_of("+---+---+").empty());
  for (const auto &[cell, value] :
       {std::pair{"1,234", 1234.0}, {" 177 (1%)", 177.0}, {"42.5 ns", 42.5}, {"1e3", 1000.0}})
    CHECK(number_in(cell) == value);
  for (const char *cell : {"?", "undef", "NA", "-", "~0", "<0.01", "", "12abc", "1.2.3", "e"})
    CHECK_FALSE(number_in(cell));
  CHECK(count_in("-") == 0.0);
}

TEST_CASE("C-synthesis: xml and text of all versions say the same") {
  report_values values;
  SECTION("xml until 2020.1") { read_csynth_xml(xml_of("DSP48E"), values); }
  SECTION("xml later") { read_csynth_xml(xml_of("DSP"), values); }
  SECTION("text") {
    read_csynth_text(text_of(true), values);
    values.csynth["AverageLatency"] = 18;
  }
  SECTION("text of 2019.1") {
    read_csynth_text(text_of(false), values);
    values.csynth["AverageLatency"] = 18;
  }
  CHECK(values.csynth == kCsynth);
  CHECK(values.top == "tiny");
  CHECK(values.part == "xcvu13p-flga2577-2-e");
}

TEST_CASE("C-synthesis: the summary of Vitis HLS") {
  report_values values;
  read_csynth_text(kSummary, values);
  CHECK(values.top == "tiny");
  CHECK(values.csynth == report{{"BRAM_18K", 4},
                                {"DSP", 12},
                                {"FF", 1234},
                                {"LUT", 4321},
                                {"URAM", 0},
                                {"BestLatency", 19},
                                {"WorstLatency", 19},
                                {"IntervalMin", 2},
                                {"IntervalMax", 2}});
}

TEST_CASE("an unknown latency stays unknown") {
  report_values values;
  read_csynth_xml(xml_of("DSP", "?"), values);
  CHECK(values.csynth.count("WorstLatency") == 0);
  CHECK(std::isnan(values_of(values, {})[kLatencyMax]));
  CHECK(values_of(values, {})[kLatency] == 18);
}

TEST_CASE("a folder of reports; values by quantity") {
  const folder place;
  place.write(kReports + "csynth.xml", xml_of("DSP"));
  place.write(kReports + "tiny_csynth.xml", xml_of("DSP"));
  place.write(kReports + "dense_l_csynth.xml", xml_of("DSP", "1", "1"));
  place.write("tiny_prj/solution1/.autopilot/db/csynth.xml", "<damaged");
  place.write("tiny_prj/solution1/sim/report/tiny_cosim.rpt", cosim_of("Pass"));
  place.write("vivado_synth.rpt", kUtilization);
  place.write("tiny_prj/solution1/impl/report/verilog/tiny_export.rpt", kExport);
  report_values values = read_report_folder(place.path());
  CHECK(values.csynth == kCsynth);
  CHECK(values.cosim == report{{"Passed", 1},
                               {"BestLatency", 21},
                               {"AverageLatency", 22},
                               {"WorstLatency", 25},
                               {"IntervalMin", 2},
                               {"IntervalMax", 3}});
  CHECK(values.vsynth == report{{"LUT", 2100},
                                {"FF", 1100},
                                {"DSP", 11},
                                {"BRAM_18K", 5},
                                {"URAM", 0},
                                {"AvailableLUT", 1728000},
                                {"AvailableFF", 3456000},
                                {"AvailableDSP", 12288},
                                {"AvailableBRAM_18K", 5376},
                                {"AvailableURAM", 1280}});
  CHECK(values.exported == report{{"LUT", 2050},
                                  {"FF", 1090},
                                  {"DSP", 11},
                                  {"BRAM_18K", 5},
                                  {"URAM", 0},
                                  {"TargetClockPeriod", 2.5},
                                  {"AchievedClockPeriod", 2.3}});
  CHECK(values.files.size() == 4);
  CHECK(values.warnings.empty());

  const std::vector<double> all = values_of(values, {});
  REQUIRE(all.size() == all_quantities().size());
  const std::vector<double> expected = {4321,
                                        1234,
                                        12,
                                        4,
                                        0,
                                        17,
                                        18,
                                        19,
                                        45,
                                        2,
                                        5,
                                        100 * 4321 / 1728000.,
                                        100 * 1234 / 3456000.,
                                        100 * 12 / 12288.,
                                        100 * 4 / 5376.};
  for (std::size_t i = 0; i < all.size(); ++i) {
    INFO(all_quantities()[i].name);
    CHECK(all[i] == Approx(expected[i]));
  }
  CHECK(values_of(values, {}, resources_of::logic_synthesis)[kLut] == 2100);
  values.vsynth.clear();
  CHECK(values_of(values, {}, resources_of::logic_synthesis)[kLut] == 2050);
}

TEST_CASE("quantities: the agreed names") {
  std::string names;
  for (const nac::quantity &q : all_quantities()) names += std::string(q.name) + "[" + q.unit + "] ";
  CHECK(names ==
        "lut[] ff[] dsp[] bram_18k[] uram[] latency_min[cycles] latency[cycles] latency_max[cycles] latency_ns[ns] "
        "interval[cycles] interval_ns[ns] lut_percent[%] ff_percent[%] dsp_percent[%] bram_percent[%] ");
}

TEST_CASE("what a folder lacks is NaN, or taken from the part") {
  const folder place;
  place.write("vivado_synth.rpt",
              "| Site Type | Used | Fixed |\n| Slice LUTs | 10 | 0 |\n| Slice Registers | 20 | 0 |\n");
  const report_values values = read_report_folder(place.path());
  std::vector<double> all = values_of(values, {});
  CHECK(all[kLut] == 10);
  for (const quantity_index i : {kDsp, kUram, kLatency, kLatencyNs, kInterval, kLutPercent}) CHECK(std::isnan(all[i]));
  all = values_of(values, dense_model().how.target);
  CHECK(all[kLutPercent] == Approx(100 * 10 / 1728000.));
}

TEST_CASE("a co-simulation that failed is said and not used") {
  report_values values;
  read_cosim(cosim_of("Fail"), values);
  CHECK(values.cosim == report{{"Passed", 0}});
  REQUIRE(values.warnings.size() == 1);
  CHECK_THAT(values.warnings[0], Catch::Contains("Fail"));
}

TEST_CASE("damaged reports are named with what is wrong") {
  const std::pair<std::string, std::string> damaged[] = {
      {kReports + "csynth.xml", xml_of("DSP").substr(0, 900)},
      {kReports + "csynth.xml", xml_of("DSP", "19", "undef")},
      {kReports + "csynth.xml", ""},
      {kReports + "csynth.xml", "<html>no report</html>"},
      {kReports + "tiny_csynth.rpt", text_of(true).substr(0, 1200)},
      {kReports + "tiny_csynth.rpt", text_of(true).substr(0, text_of(true).find("|Available  "))},
      {kReports + "csynth.rpt", std::string(kSummary).substr(0, 900)},
      {"a/tiny_cosim.rpt", "Report time: never\n"},
      {"vivado_synth.rpt", "| Site Type | Used |\n| CLB LUTs | none | 0 | 0 |\n"},
      {"a/tiny_export.rpt", "LUT: 1\n"}};
  for (const auto &[name, text] : damaged) {
    const folder place;
    place.write(name, text);
    INFO(name << ": " << text.substr(0, 60));
    try {
      read_report_folder(place.path());
      FAIL("no error");
    } catch (const nac::failure &e) {
      CHECK(e.status() == NAC_DATA_LOSS);
      CHECK_THAT(e.what(), Catch::Contains(std::filesystem::path(name).filename().string()));
    }
  }
  // Every cut of a good file either reads or fails in this way.
  const std::string whole = xml_of("DSP");
  for (std::size_t size = 0; size < whole.size() - 12; size += 7) {
    report_values values;
    CHECK_THROWS_AS(read_csynth_xml(whole.substr(0, size), values), nac::failure);
  }
}

TEST_CASE("which module is the top, and which project") {
  const folder place;
  CHECK_THROWS_WITH(read_report_folder(place.path()), Catch::Contains("no report"));
  CHECK_THROWS_WITH(read_report_folder(place / "nowhere"), Catch::Contains("nowhere"));
  place.write("r/one_csynth.xml", xml_of("DSP"));
  place.write("r/two_csynth.xml", xml_of("DSP"));
  CHECK_THROWS_WITH(read_report_folder(place.path()), Catch::Contains("top") && Catch::Contains("two_csynth.xml"));
  // The folder's name tells.
  place.write("two_prj/one_csynth.xml", xml_of("DSP", "19", "1"));
  place.write("two_prj/two_csynth.xml", xml_of("DSP", "19", "2"));
  CHECK(read_report_folder(place / "two_prj").csynth.at("LUT") == 2);
  place.write("x/csynth.xml", xml_of("DSP"));
  place.write("y/csynth.xml", xml_of("DSP"));
  CHECK_THROWS_WITH(read_report_folder(place.path()),
                    Catch::Contains("several projects") && Catch::Contains("y/csynth"));
}
