// SPDX-License-Identifier: Apache-2.0
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <iostream>

#include "services/files.hpp"
#include "verify/run_check.hpp"
#include "verify/verify.hpp"

namespace nac::fw {

namespace verify {

Outcome run_check(const Check &check, const Job &job) {
  Subject subject;
  subject.path = job.file;
  subject.id = job.id;
  subject.seed = job.seed;
  Outcome outcome;
  const auto start = std::chrono::steady_clock::now();
  const auto end_with = [&](Verdict verdict, const std::string &message) {
    outcome.verdict = verdict;
    outcome.message = message;
  };
  try {
    for (const std::string &word : job.parameters) {
      const std::size_t equals = word.find('=');
      subject.given[word.substr(0, equals)] = Config::parse(word.substr(equals + 1));
    }
    check.run(subject);
  } catch (const Warned &e) {
    end_with(Verdict::warn, e.what());
  } catch (const Skipped &e) {
    end_with(Verdict::skip, e.what());
  } catch (const std::exception &e) {
    end_with(Verdict::fail, e.what());
  } catch (...) {
    end_with(Verdict::fail, "an exception that is no std::exception left the plugin");
  }
  outcome.objects = subject.objects;
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcome;
}

std::vector<std::string> child_arguments(const Check &check, const Job &job, const std::filesystem::path &record) {
  std::vector<std::string> words = {"plugin",          "verify",        "--child", check.name,
                                    job.file.string(), record.string(), job.id,    std::to_string(job.seed)};
  words.insert(words.end(), job.parameters.begin(), job.parameters.end());
  return words;
}

}  // namespace verify

namespace {
/// Position behind "--child", with or without "plugin verify" before it; 0: no child's command line.
std::size_t after_child(const std::vector<std::string> &arguments) {
  const std::size_t start = arguments.size() > 2 && arguments[0] == "plugin" && arguments[1] == "verify" ? 2 : 0;
  return arguments.size() > start && arguments[start] == "--child" ? start + 1 : 0;
}
}  // namespace

bool is_verify_child(const std::vector<std::string> &arguments) { return after_child(arguments) != 0; }

int verify_child(const std::vector<std::string> &all) {
  const std::vector<std::string> arguments(all.begin() + static_cast<std::ptrdiff_t>(after_child(all)), all.end());
  const verify::Check *check = arguments.size() < 5 ? nullptr : verify::find_check(arguments[0]);
  if (!is_verify_child(all) || check == nullptr) {
    std::cerr << "plugin verify --child is for the program's own use\n";
    return 2;
  }
  // The child goes when its parent does, and a crash that is expected leaves no core file.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);

  const std::filesystem::path record = arguments[2];
  const verify::Job job{
      arguments[1], arguments[3], std::stoull(arguments[4]), {arguments.begin() + 5, arguments.end()}};
  const verify::Outcome outcome = verify::run_check(*check, job);
  write_file_atomically(record, verify::to_record(outcome));
  // Exit handlers and destructors of the plugin run only in the check that is about them.
  if (std::string(check->name) == "ends-cleanly") return 0;
  std::cout.flush();
  std::cerr.flush();
  _exit(0);
}

}  // namespace nac::fw
