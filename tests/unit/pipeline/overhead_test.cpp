// SPDX-License-Identifier: Apache-2.0
//
// What the host adds to a trial: ask, build, hash, store, tell, with an engine that does next to nothing.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <iostream>

#include "fakes.hpp"
#include "support/temp_folder.hpp"

using nac::test::TempFolder;

// A sanitizer keeps freed memory for a while.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NAC_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define NAC_TEST_SANITIZED 1
#endif
#endif

namespace {

#ifdef NAC_TEST_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

double resident_mib() {
  std::ifstream statm("/proc/self/statm");
  double size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

}  // namespace

TEST_CASE("memory stays flat over 1,000 trials") {
  TempFolder temp;
  const auto study = nac::fw::Study::open(temp / "s", nac::fw::Study::Mode::create);
  nac::fw::Experiment experiment = fakes::experiment(study->folder(), 1000);
  experiment.search->constraints.clear();
  struct Memory final : nac::fw::Observer {
    double early = 0, late = 0;
    void trial_finished(const nac::fw::Trial &, const nac::fw::SearchStatus &status) override {
      if (status.finished == 200) early = resident_mib();
      if (status.finished == 1000) late = resident_mib();
    }
  } memory;
  fakes::Task task(true, 256);
  fakes::Engine engine;
  const std::atomic<int> interrupts{0};
  const auto start = std::chrono::steady_clock::now();
  fakes::run(experiment, task, engine, *study, memory, interrupts);
  const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() / 1000;
  std::cout << "host overhead " << ms << " ms a trial (" << engine.trainings << " of 1000 trained), memory "
            << memory.early << " MiB after 200 trials, " << memory.late << " MiB after 1000\n";
  // The time is for reading: bench/overhead measures it through the program.
  CHECK(engine.trainings > 700);
  if (!kSanitized) CHECK(memory.late - memory.early < 20);
}
