// SPDX-License-Identifier: Apache-2.0
#include "manifest/document.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "base/error.hpp"

using namespace nac::fw;

namespace {
ManifestDocument parse(const std::string &text, const std::vector<std::string> &overrides = {}) {
  return ManifestDocument(text, "m.toml", overrides);
}
std::string error_of(const std::string &text, const std::vector<std::string> &overrides = {}) {
  try {
    parse(text, overrides);
  } catch (const UsageError &e) {
    return e.what();
  }
  return {};
}
}  // namespace

TEST_CASE("a syntax error names file, line and column") {
  const std::string message = error_of("[a]\nb = = 1\n");
  CHECK(message.rfind("m.toml:2:", 0) == 0);
}

TEST_CASE("getters give values of the right type and report others with their place") {
  ManifestDocument d = parse("[a]\ni = 3\nx = 0.5\nt = \"s\"\nb = true\nl = [\"p\", \"q\"]\n");
  CHECK(d.integer("a.i", 0, 10) == 3);
  CHECK(d.number("a.x", 0, 1) == 0.5);
  CHECK(d.number("a.i", 0, 10) == 3.0);
  CHECK(d.text("a.t") == "s");
  CHECK(d.boolean("a.b") == true);
  CHECK(d.texts("a.l") == std::vector<std::string>{"p", "q"});
  CHECK(d.problems().empty());
  CHECK_FALSE(d.integer("a.missing", 0, 1));
  CHECK(d.problems().empty());

  CHECK_FALSE(d.integer("a.t", 0, 10));
  CHECK_FALSE(d.integer("a.i", 5, 10));
  CHECK_FALSE(d.texts("a.t"));
  REQUIRE(d.problems().size() == 3);
  CHECK(d.problems()[0].text() == "m.toml:2:5: 'a.i' must be an integer in [5, 10], found integer 3");
  CHECK(d.problems()[1].line == 4);
}

TEST_CASE("numbers must be finite and inside an open or closed range") {
  ManifestDocument d = parse("a = inf\nb = nan\nc = 0\n");
  const double inf = std::numeric_limits<double>::infinity();
  CHECK_FALSE(d.number("a", 0, inf));
  CHECK_FALSE(d.number("b", 0, inf));
  CHECK_FALSE(d.number("c", 0, inf, true));
  CHECK(d.number("c", 0, inf));
  CHECK(d.problems().size() == 3);
}

TEST_CASE("unread keys are reported with the nearest known one") {
  ManifestDocument d = parse("[search]\ntrails = 5\n");
  d.integer("search.trials", 1, 10);
  d.report_unread("search", {"trials", "plugin"});
  REQUIRE(d.problems().size() == 1);
  CHECK(d.problems()[0].message.find("did you mean 'trials'") != std::string::npos);
  CHECK(d.problems()[0].line == 2);
}

TEST_CASE("overrides change, add and type values, and problems name them") {
  ManifestDocument d =
      parse("[search]\ntrials = 5\n", {"search.trials=7", "task.data=/x/y z", "search.train.epochs=2"});
  CHECK(d.integer("search.trials", 1, 10) == 7);
  CHECK(d.text("task.data") == "/x/y z");
  CHECK(d.integer("search.train.epochs", 1, 10) == 2);
  CHECK_FALSE(d.integer("search.trials", 1, 6));
  CHECK(d.problems()[0].where == "--set search.trials");
  CHECK(d.source().find("trials = 7") != std::string::npos);
}

TEST_CASE("bad overrides are usage errors") {
  CHECK_FALSE(error_of("a = 1\n", {"novalue"}).empty());
  CHECK_FALSE(error_of("a = 1\n", {"=3"}).empty());
  CHECK_FALSE(error_of("a = 1\n", {"a.b=3"}).empty());
  CHECK_FALSE(error_of("a = 1\n", {"b..c=3"}).empty());
}

TEST_CASE("without overrides the source is the text as written") {
  const std::string text = "# comment\na = 1 # more\n";
  CHECK(parse(text).source() == text);
}
