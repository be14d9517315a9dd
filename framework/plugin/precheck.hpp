// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nac::fw {

/// What is known of a plugin file before any of its code ran.
struct Precheck {
  std::filesystem::path path;  ///< absolute
  std::string refusal;         ///< why it cannot be loaded; "" if nothing speaks against it
  std::vector<std::string> warnings;
  std::string sha256;                       ///< of the whole file
  uint64_t size = 0;                        ///< bytes
  std::vector<std::string> entries;         ///< nac_plugin_v*, as exported
  std::vector<std::string> other_exports;   ///< everything else that is exported
  std::vector<std::string> needed;          ///< libraries it is linked with
  std::vector<std::string> host_libraries;  ///< those of them that only the host may use
  bool executable_stack = false;
};

/// Reads the file: regular and readable, ELF for this machine, exports nac_plugin_v1 (another major is named) as data
/// and nothing else (warning), is not linked with LibTorch, TBB, protobuf or Python. Never throws for a bad file.
Precheck precheck(const std::filesystem::path &path);

}  // namespace nac::fw
