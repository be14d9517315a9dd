// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/simulate/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

extern char **environ;

namespace nac::hls {
namespace {

namespace fs = std::filesystem;
using clock = std::chrono::steady_clock;

bool executable(const std::string &path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

/// This process's variables with some of them set anew.
std::vector<std::string> environment_with(const std::vector<std::string> &changes) {
  std::vector<std::string> all;
  for (char **entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const auto same = [&](const std::string &change) {
      const std::size_t end = change.find('=') + 1;
      return text.compare(0, end, change, 0, end) == 0;
    };
    if (std::none_of(changes.begin(), changes.end(), same)) all.push_back(text);
  }
  all.insert(all.end(), changes.begin(), changes.end());
  return all;
}

std::vector<char *> pointers(std::vector<std::string> &words) {
  std::vector<char *> result;
  for (std::string &word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

struct spawn_setup {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  explicit spawn_setup(const command &what) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, what.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    if (!what.folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, what.folder.c_str());
    posix_spawnattr_init(&attributes);
    // A group of its own, so that what the program starts ends with it; signals as a fresh program has them.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
  }
  ~spawn_setup() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  spawn_setup(const spawn_setup &) = delete;
  spawn_setup &operator=(const spawn_setup &) = delete;
};

/// Kills the group when the wait for it is left in any way, and reaps its leader.
class running {
 public:
  explicit running(pid_t leader) : leader_(leader) {}
  ~running() {
    if (leader_ > 0) end();
  }
  running(const running &) = delete;
  running &operator=(const running &) = delete;

  /// The leader is left unreaped, so that the group stays this program's until end().
  bool finished() const {
    siginfo_t info{};
    const int code = waitid(P_PID, static_cast<id_t>(leader_), &info, WEXITED | WNOHANG | WNOWAIT);
    return (code == 0 && info.si_pid != 0) || (code != 0 && errno == ECHILD);
  }
  int end() {
    kill(-leader_, SIGKILL);  // what hangs, or was left behind
    int status = 0;
    pid_t reaped = 0;
    while ((reaped = waitpid(leader_, &status, 0)) < 0 && errno == EINTR) continue;
    leader_ = 0;
    if (reaped < 0) throw failure(NAC_INTERNAL, "the end of a program was not seen: the host ignores SIGCHLD");
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

 private:
  pid_t leader_;
};

}  // namespace

std::optional<std::string> find_program(const std::string &name) {
  if (name.empty()) return std::nullopt;
  if (name.find('/') != std::string::npos) {
    if (!executable(name)) return std::nullopt;
    return fs::absolute(name).string();
  }
  const char *list = std::getenv("PATH");
  std::string rest = list != nullptr ? list : "/usr/local/bin:/usr/bin:/bin";
  while (!rest.empty()) {
    const std::size_t end = rest.find(':');
    const std::string folder = rest.substr(0, end);
    rest = end == std::string::npos ? "" : rest.substr(end + 1);
    if (folder.empty() || folder[0] != '/') continue;  // not whatever lies in the folder one happens to stand in
    const std::string path = folder + "/" + name;
    if (executable(path)) return path;
  }
  return std::nullopt;
}

int run(const command &what, const work &call) {
  std::vector<std::string> words = what.words, variables = environment_with(what.environment);
  const std::optional<std::string> program = find_program(words.at(0));
  if (!program) throw failure(NAC_UNAVAILABLE, "there is no program '" + words[0] + "'");
  const std::vector<char *> argv = pointers(words), envp = pointers(variables);
  const spawn_setup setup(what);
  pid_t leader = 0;
  const int code = posix_spawn(&leader, program->c_str(), &setup.actions, &setup.attributes, argv.data(), envp.data());
  if (code != 0) throw failure(NAC_UNAVAILABLE, "cannot start '" + *program + "': " + std::strerror(code));

  running child(leader);
  const auto start = clock::now();
  auto reported = start;
  constexpr std::chrono::milliseconds kLongest(50);
  for (std::chrono::milliseconds pause(1); !child.finished(); pause = std::min(2 * pause, kLongest)) {
    if (call.cancelled()) throw failure(NAC_CANCELLED, "cancelled: " + what.what);
    std::this_thread::sleep_for(pause);
    const auto now = clock::now();
    if (now - reported > std::chrono::seconds(1)) {
      reported = now;
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - start).count();
      call.progress(0, what.what + ", " + std::to_string(seconds) + " s");
    }
  }
  return child.end();
}

private_folder::private_folder(const std::string &parent, const std::string &prefix) {
  path_ = parent + "/" + prefix + "XXXXXX";
  if (mkdtemp(path_.data()) == nullptr)
    throw failure(NAC_RESOURCE_EXHAUSTED, "cannot make a folder in '" + parent + "': " + std::strerror(errno));
}

private_folder::~private_folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace nac::hls
