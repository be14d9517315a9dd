// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <csignal>
#include <map>
#include <string>
#include <vector>

namespace nac::fw::verify {

/// Everything of a process that its plugins share and therefore have to leave alone.
struct ProcessState {
  std::string fp_mode;  ///< rounding, flushing of denormals, precision; not the sticky exception flags
  std::string locale, folder, umask;
  std::map<int, std::string> files;    ///< open descriptors
  std::map<int, std::string> signals;  ///< handler and flags of each signal
  std::string blocked;                 ///< signal mask
  std::size_t threads = 0;

  static ProcessState now();
};

/// "the locale changed from C to C.UTF-8" for each difference other than the floating point mode and threads.
std::vector<std::string> differences(const ProcessState &before, const ProcessState &after);

/// Number of threads, read again for up to 300 ms while it is above `expected`: a joined thread may still be ending.
std::size_t threads_settled(std::size_t expected);

/// Collects what is written to a descriptor (1 or 2) while it lives.
class OutputWatch {
 public:
  explicit OutputWatch(int descriptor);
  ~OutputWatch();
  OutputWatch(const OutputWatch &) = delete;
  OutputWatch &operator=(const OutputWatch &) = delete;
  std::string text() const;  ///< flushes the standard streams first

 private:
  int descriptor_, saved_, memory_;
};

}  // namespace nac::fw::verify
