// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace nac::fw::verify {

struct ChildEnd {
  bool timed_out = false;
  int exit_code = 0;
  int signal = 0;  ///< 0: it exited
  double seconds = 0;
  std::string output;  ///< standard output and standard error, the last 4 KiB of each
};

/// Starts this program again with `arguments` (never a bare fork: threads and locks would not survive it), its output
/// going to files below `folder`, and waits. After the deadline the child and everything it started are killed. Throws
/// Error when no process can be started.
ChildEnd run_child(const std::vector<std::string> &arguments, double deadline_s, const std::filesystem::path &folder);

/// "SIGSEGV (Segmentation fault)"
std::string signal_name(int number);

/// A fresh folder that is removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;
  const std::filesystem::path &path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace nac::fw::verify
