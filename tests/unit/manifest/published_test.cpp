// SPDX-License-Identifier: Apache-2.0
//
// [[hardware.published]].
#include <catch2/catch.hpp>

#include "manifest/load.hpp"
#include "manifest/read_stages.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

/// Eight lines, and three of [hardware]: the rows of the tests start at line 12.
const std::string kBefore = R"([experiment]
name = "demo"
[task]
plugin = "jets"
[search]
presets = ["Tiny", "Small"]
[[compress]]
plugin = "qat"
)";
const std::string kRow = "[[hardware.published]]\nnetwork = \"Tiny\"\nsource = \"a paper\"\n";

struct Loaded {
  std::vector<PublishedRow> rows;
  std::vector<std::string> problems;
};

/// As if the backend were there, with the quantities lut, latency and interval.
Loaded load(const std::string &text, const std::string &hardware = "[hardware]\npresets = [\"Tiny\"]\n\n") {
  ManifestDocument d(kBefore + hardware + text, "m.toml", {});
  Experiment e = read_experiment(d, "/base");
  REQUIRE(e.hardware);
  e.hardware->prefix = "hls.";
  for (const char *name : {"hls.lut", "hls.latency", "hls.interval"})
    e.hardware->quantities.push_back({name, "", -1, false});
  TaskInfo task;
  task.metrics = {{"accuracy", "", "", 1}};
  task.presets = {{"Tiny", ""}, {"Small", ""}};
  check_names(d, e, task);
  Loaded l{e.hardware->published, {}};
  for (const ManifestProblem &p : d.problems()) l.problems.push_back(p.text());
  return l;
}

std::string problem_of(const std::string &text, const std::string &hardware = "[hardware]\npresets = [\"Tiny\"]\n\n") {
  const Loaded l = load(text, hardware);
  for (const std::string &p : l.problems) UNSCOPED_INFO(p);
  REQUIRE(l.problems.size() == 1);
  return l.problems.front();
}

}  // namespace

TEST_CASE("Published rows have numbers and ranges of the backend's quantities") {
  const Loaded l = load(kRow + "lut = 32884\nlatency = 14.5\ninterval = [365, 970]\n");
  for (const std::string &p : l.problems) UNSCOPED_INFO(p);
  REQUIRE(l.problems.empty());
  REQUIRE(l.rows.size() == 1);
  CHECK((l.rows[0].network == "Tiny" && l.rows[0].source == "a paper" && l.rows[0].name.empty()));
  REQUIRE(l.rows[0].values.size() == 3);
  CHECK((l.rows[0].values[0].quantity == "lut" && l.rows[0].values[0].low == 32884));
  CHECK(l.rows[0].values[1].high == 14.5);
  CHECK((l.rows[0].values[2].low == 365 && l.rows[0].values[2].high == 970));
  CHECK(load("").rows.empty());
}

TEST_CASE("A published network may be a trial or what was chosen") {
  const std::string row = "[[hardware.published]]\nsource = \"a\"\nlut = 1\nnetwork = ";
  CHECK(load(row + "3\n", "[hardware]\ntrials = [3]\n").rows.at(0).network == "trial-3");
  CHECK(load(row + "\"Small\"\n", "[hardware]\n").problems.empty());
  CHECK(load(row + "7\n", "[hardware]\n").problems.empty());
  CHECK(load(row + "\"chosen\"\n", "[choose]\n[hardware]\n").problems.empty());
  CHECK_THAT(problem_of(row + "\"chosen\"\n", "[hardware]\n"), Contains("'chosen' is no network of [hardware]"));
  CHECK_THAT(problem_of(row + "4\n"), Contains("'trial-4' is no network of [hardware]"));
}

TEST_CASE("Published rows that mean nothing are named with their place") {
  CHECK_THAT(problem_of(kRow + "luts = 3\n"), Contains("m.toml:15:") && Contains("unknown quantity 'luts'") &&
                                                  Contains("did you mean 'lut'") && Contains("'interval'"));
  CHECK_THAT(problem_of("[[hardware.published]]\nnetwork = \"Tin\"\nsource = \"a\"\nlut = 1\n"),
             Contains("m.toml:13:") && Contains("'Tin' is no network") && Contains("did you mean 'Tiny'"));
  CHECK_THAT(problem_of("[[hardware.published]]\nnetwork = \"Small\"\nsource = \"a\"\nlut = 1\n"),
             Contains("it builds 'Tiny'"));
  CHECK_THAT(problem_of("[[hardware.published]]\nsource = \"a\"\nlut = 1\n"), Contains("needs the key 'network'"));
  CHECK_THAT(problem_of("[[hardware.published]]\nnetwork = \"Tiny\"\nlut = 1\n"), Contains("needs the key 'source'"));
  CHECK_THAT(problem_of("[[hardware.published]]\nnetwork = \"Tiny\"\nsource = \"\"\nlut = 1\n"),
             Contains("needs the key 'source'"));
  CHECK_THAT(problem_of("[[hardware.published]]\nnetwork = -1\nsource = \"a\"\nlut = 1\n"),
             Contains("m.toml:13:") && Contains("found -1"));
  CHECK_THAT(problem_of("[[hardware.published]]\nnetwork = \"Tiny\"\nsource = 4\nlut = 1\n"),
             Contains("must be a string"));
  CHECK_THAT(problem_of(kRow), Contains("gives no figure"));
  for (const char *value : {"-3", "[2, 1]", "[1, 2, 3]", "\"many\"", "true", "nan", "[0, inf]"}) {
    INFO(value);
    CHECK_THAT(problem_of(kRow + "lut = " + value + "\n"), Contains("m.toml:15:") && Contains("[low, high]"));
  }
  CHECK_THAT(problem_of(kRow + "lut = 1\n" + kRow + "lut = 2\n"), Contains("m.toml:16:") && Contains("two rows"));
  CHECK_THAT(problem_of("", "[hardware]\npublished = 3\n"), Contains("write published figures as"));
  CHECK_THAT(problem_of("", "[hardware]\npublished = [3]\n"), Contains("must be a table"));
}
