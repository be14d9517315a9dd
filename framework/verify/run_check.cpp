// SPDX-License-Identifier: Apache-2.0
#include "verify/run_check.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "verify/child_process.hpp"

namespace nac::fw::verify {

Outcome run_check_in_child(const Check &check, const Job &job, double deadline_s) {
  const TemporaryFolder folder;
  const std::filesystem::path record = folder.path() / "record.json";
  const ChildEnd end = run_child(child_arguments(check, job, record), deadline_s, folder.path());

  std::ifstream file(record, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::optional<Outcome> completed = from_record(text);
  Outcome outcome = completed.value_or(Outcome{});
  outcome.seconds = end.seconds;

  if (end.timed_out) {
    outcome.verdict = Verdict::hang;
    outcome.message = fmt::format("killed after {:g} s{}", deadline_s,
                                  completed ? ": the check was done, but the process did not end" : "");
  } else if (end.signal != 0) {
    outcome.verdict = Verdict::crash;
    outcome.message = signal_name(end.signal) + (completed ? " while the process ended, after the check was done" : "");
  } else if (!completed) {
    outcome.verdict = Verdict::crash;
    outcome.message = fmt::format("the plugin ended the process (exit code {})", end.exit_code);
  } else if (end.exit_code != 0) {
    outcome.verdict = Verdict::crash;
    outcome.message = fmt::format("exit code {} although the check was done", end.exit_code);
  }
  if (is_bad(outcome.verdict)) outcome.output = end.output;
  return outcome;
}

}  // namespace nac::fw::verify
