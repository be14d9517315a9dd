// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace nac::fw {

/// One thing wrong with a manifest. text() is "file:line:column: message", or the option for a --set override.
struct ManifestProblem {
  std::string where;
  int line = 0, column = 0;  ///< for ordering; 0 when not from a file
  std::string message;
  std::string text() const { return where + ": " + message; }
};

}  // namespace nac::fw
