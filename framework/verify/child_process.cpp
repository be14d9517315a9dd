// SPDX-License-Identifier: Apache-2.0
#include "verify/child_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/error.hpp"

extern char **environ;

namespace nac::fw::verify {

namespace {
constexpr std::size_t kTail = 4096;

std::string tail_of(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return {};
  const auto size = static_cast<std::size_t>(file.tellg());
  file.seekg(static_cast<std::streamoff>(size - std::min(size, kTail)));
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The two descriptions that posix_spawn wants.
struct SpawnSetup {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  SpawnSetup(const std::string &out, const std::string &err) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawnattr_init(&attributes);
    // A group of its own, so that what a plugin starts ends with it; signals as a fresh program has them.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSetup(const SpawnSetup &) = delete;
  SpawnSetup &operator=(const SpawnSetup &) = delete;
};
}  // namespace

ChildEnd run_child(const std::vector<std::string> &arguments, double deadline_s, const std::filesystem::path &folder) {
  std::vector<std::string> words = {"/proc/self/exe"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char *> argv;
  for (std::string &word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  const std::filesystem::path out = folder / "stdout", err = folder / "stderr";
  const SpawnSetup setup(out.string(), err.string());
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  pid_t child = 0;
  if (const int code = posix_spawn(&child, argv[0], &setup.actions, &setup.attributes, argv.data(), environ); code != 0)
    throw Error(std::string("cannot start a process for a check: ") + std::strerror(code), NAC_UNAVAILABLE);

  ChildEnd end;
  // Not reaped yet while waiting, so that the group below is still this child's.
  siginfo_t ended{};
  for (auto pause = std::chrono::microseconds(500);;) {
    if (waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0) break;
    end.timed_out = elapsed() > deadline_s;
    if (end.timed_out) break;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(10000));
  }
  kill(-child, SIGKILL);  // a hanging child, and whatever it started and left behind
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  end.seconds = elapsed();
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  end.output = tail_of(out) + tail_of(err);
  return end;
}

std::string signal_name(int number) {
  const char *name = sigabbrev_np(number);
  const char *text = sigdescr_np(number);
  if (name == nullptr || text == nullptr) return "signal " + std::to_string(number);
  return std::string("SIG") + name + " (" + text + ")";
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "nac-verify-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw Error("cannot make a folder like " + pattern + ": " + std::strerror(errno), NAC_UNAVAILABLE);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace nac::fw::verify
