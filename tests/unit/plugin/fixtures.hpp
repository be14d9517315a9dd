// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "plugin/registry.hpp"

namespace nac::fw::test {

/// Only these files or folders, nothing of the machine's.
inline DiscoveryOptions only(std::vector<std::filesystem::path> paths) {
  DiscoveryOptions options;
  options.command_line = std::move(paths);
  options.environment = false;
  return options;
}
inline std::filesystem::path good(const std::string &name) {
  return std::filesystem::path(TEST_GOOD) / ("nac-" + name + ".so");
}
inline std::filesystem::path bad(const std::string &name) {
  return std::filesystem::path(TEST_BAD) / ("nac-" + name + ".so");
}
/// The parameters of an object that is told to break one rule.
inline Config fault(const PluginObject &object, const std::string &which) {
  return Config(*object.descriptor, {{"fault", which}});
}

}  // namespace nac::fw::test
