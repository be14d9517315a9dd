// SPDX-License-Identifier: Apache-2.0
#include "pipeline/progress.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "pipeline/progress_text.hpp"

using Catch::Matchers::Contains;
using nac::fw::SearchStatus;

namespace {

SearchStatus status() {
  SearchStatus s;
  s.planned = 200;
  s.finished = 50;
  s.complete = 45;
  s.failed = 2;
  s.best = {{"accuracy", 0.71239, 3}, {"bops", 12345, 7}};
  s.front = {3, 7};
  s.hypervolume = 0.81;
  s.seconds_left = 75;
  s.trials_per_second = 2;
  return s;
}

std::string shown(const nac::fw::ProgressOptions &base) {
  nac::fw::ProgressOptions options = base;
  options.stream = std::tmpfile();
  REQUIRE(options.stream != nullptr);
  {
    const auto progress = nac::fw::make_progress(options);
    progress->stage_started("search", "200 trials");
    nac::fw::Trial failed;
    failed.number = 9;
    failed.state = nac::fw::TrialState::failed;
    failed.reason = "diverged";
    for (int i = 0; i < 8; ++i) progress->trial_finished(failed, status());
    progress->warning("look out");
    SearchStatus last = status();
    last.finished = 200;
    progress->trial_finished({}, last);
    progress->stage_finished("search", "done");
  }
  std::rewind(options.stream);
  std::string text;
  for (int c; (c = std::fgetc(options.stream)) != EOF;) text += static_cast<char>(c);
  std::fclose(options.stream);
  return text;
}

std::size_t count(const std::string &text, const std::string &what) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++n;
  return n;
}

}  // namespace

TEST_CASE("Durations and bars read well") {
  using namespace nac::fw;
  CHECK(duration_text(44.6) == "45 s");
  CHECK(duration_text(200) == "3 min 20 s");
  CHECK(duration_text(7500) == "2 h 5 min");
  CHECK(duration_text(270000) == "3 d 3 h");
  CHECK(duration_text(-1) == "unknown");
  CHECK(bar_text(1, 4, 8) == "##......");
  CHECK(bar_text(9, 4, 8) == "########");
  CHECK(bar_text(0, 0, 4) == "....");
  CHECK(cut_text("abcdef", 6) == "abcdef");
  CHECK(cut_text("abcdefg", 6) == "abc...");
  CHECK(cut_text("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 4) == "\xC3\xA9...");
  CHECK(cut_text("abc", 2) == "..");
}

TEST_CASE("The status line has rate, time left, best values, hypervolume and failures") {
  CHECK(status_text(status()) ==
        "50/200  2.0/s  1 min 15 s left  best accuracy 0.7124, bops 1.234e+04  hypervolume 0.810  front 2  failed 2");
  CHECK(nac::fw::status_text({}) == "0/0");
}

TEST_CASE("Without a terminal there are plain lines, few of them") {
  const std::string text = shown({});
  CHECK(text.find('\033') == std::string::npos);
  CHECK(text.find('\r') == std::string::npos);
  CHECK_THAT(text, Contains("search: 200 trials\n") && Contains("trial 9 failed: diverged\n") &&
                       Contains("warning: look out\n") && Contains("200/200"));
  CHECK(count(text, "trial 9 failed") == 5);
  CHECK(count(text, "further failures are in the report only") == 1);
  CHECK(count(text, "/200") == 1);
}

TEST_CASE("On a terminal the bar is drawn over, and colours are only there when wanted") {
  nac::fw::ProgressOptions options;
  options.terminal = true;
  std::string text = shown(options);
  CHECK_THAT(text, Contains("\r\033[K[") && Contains("[############] 200/200"));
  CHECK(text.find("\033[3") == std::string::npos);
  options.color = true;
  CHECK_THAT(shown(options), Contains("\033[32m") && Contains("\033[33mwarning:\033[0m look out"));
}

TEST_CASE("A file is no terminal") {
  std::FILE *file = std::tmpfile();
  const nac::fw::ProgressOptions options = nac::fw::ProgressOptions::detect(file);
  CHECK_FALSE(options.terminal);
  CHECK_FALSE(options.color);
  std::fclose(file);
}
