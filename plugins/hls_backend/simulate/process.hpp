// SPDX-License-Identifier: Apache-2.0
//
// process.hpp: other programs, started without fork, stopped with everything they started.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "nac/cpp/backend.hpp"

namespace nac::hls {

/// Full path of a program: `name` itself when it has a '/' and can be executed, else the first one on PATH.
std::optional<std::string> find_program(const std::string &name);

struct command {
  std::vector<std::string> words;        ///< program (see find_program) and arguments
  std::string folder;                    ///< where it runs
  std::string log;                       ///< gets standard output and error; relative to this process's folder
  std::vector<std::string> environment;  ///< "NAME=value", instead of or on top of this process's
  std::string what;                      ///< for the host's progress while it runs
};

/// Exit status; 128 + n after signal n. Polls call.cancelled(): the program's group is then killed and failure
/// (NAC_CANCELLED) thrown. Throws failure (NAC_UNAVAILABLE) when it cannot be started.
int run(const command &what, const work &call);

/// A new folder that goes with the object.
class private_folder {
 public:
  /// In `parent`, which must exist; the name starts with `prefix`. Throws failure (NAC_RESOURCE_EXHAUSTED).
  private_folder(const std::string &parent, const std::string &prefix);
  ~private_folder();
  private_folder(const private_folder &) = delete;
  private_folder &operator=(const private_folder &) = delete;
  const std::string &path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace nac::hls
