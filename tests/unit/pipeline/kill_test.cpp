// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <iostream>
#include <random>
#include <thread>

#include "fakes.hpp"
#include "support/temp_folder.hpp"

using nac::test::TempFolder;

extern char **environ;

namespace {

constexpr uint64_t kTrials = 40;

pid_t start(const std::string &folder, int workers, bool staged) {
  const std::string trials = std::to_string(kTrials), threads = std::to_string(workers);
  const char *arguments[] = {NAC_VICTIM, folder.c_str(), trials.c_str(), threads.c_str(), staged ? "staged" : nullptr,
                             nullptr};
  pid_t child = 0;
  REQUIRE(posix_spawn(&child, NAC_VICTIM, nullptr, nullptr, const_cast<char **>(arguments), environ) == 0);
  return child;
}

std::string results_in(const std::filesystem::path &folder) {
  return fakes::results_of(*nac::fw::Study::open(folder, nac::fw::Study::Mode::read));
}

}  // namespace

TEST_CASE("A study killed at random moments ends as one that was left alone") {
  const bool staged = GENERATE(false, true);
  INFO((staged ? "with rungs, seeds and confirmation" : "plain"));
  TempFolder temp;
  int status = 0;
  const auto begin = std::chrono::steady_clock::now();
  ::waitpid(start(temp / "quiet", 2, staged), &status, 0);
  double whole = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  const std::string expected = results_in(temp / "quiet");
  REQUIRE(std::count(expected.begin(), expected.end(), '\n') == static_cast<std::ptrdiff_t>(kTrials) + 3);

  std::random_device entropy;
  const unsigned seed = entropy();
  INFO("seed of the moments: " << seed);
  std::mt19937 random(seed);
  int kills = 0;
  // Three studies, and more where the machine became quicker than it was in the quiet run.
  for (int study = 0; study < 3 || kills < 12; ++study) {
    REQUIRE(study < 60);
    const int kills_before = kills;
    const std::filesystem::path folder = temp / ("killed" + std::to_string(study));
    std::size_t finished_before = 0;
    for (int round = 0;; ++round) {
      REQUIRE(round < 200);
      const pid_t child = start(folder, 1 + study % 3, staged);
      // From the first instant (start, creation of the file, replay) to a third of a whole run; longer with every
      // round, because the machine may be slower now than it was.
      std::uniform_real_distribution<double> share(0, 0.3 * (1 + round / 8.0));
      const auto moment = std::chrono::microseconds(static_cast<long>(1e6 * whole * share(random)));
      const auto deadline = std::chrono::steady_clock::now() + moment;
      bool ended = false;
      while (!(ended = ::waitpid(child, &status, WNOHANG) == child) && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      if (ended) {
        REQUIRE(WIFEXITED(status));
        REQUIRE(WEXITSTATUS(status) == 0);
        break;
      }
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      ++kills;
      if (!nac::fw::Study::exists(folder)) continue;
      // Nothing that had finished is lost.
      std::size_t finished = 0;
      for (const auto &t : nac::fw::Study::open(folder, nac::fw::Study::Mode::read)->trials()) finished += t.finished();
      REQUIRE(finished >= finished_before);
      finished_before = finished;
    }
    REQUIRE(results_in(folder) == expected);
    CHECK(std::filesystem::exists(folder / "report.html"));
    if (kills - kills_before < 4) whole /= 2;
  }
  std::cout << "killed " << kills << " times\n";
}
