// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <vector>

#include "plugin/registry.hpp"

namespace nac::fw {

struct Discovery {
  std::vector<std::filesystem::path> files;     ///< absolute, in order of precedence, each file once
  std::vector<std::filesystem::path> searched;  ///< files and folders that were looked at, existing or not
  std::vector<RefusedPlugin> refused;           ///< named explicitly but not there, or not readable
};

/// Looks, in this order, at the manifest's paths, the command line's, NAC_PLUGIN_PATH (':' between paths; empty parts
/// mean nothing), $XDG_DATA_HOME/nac/plugins (default ~/.local/share), and ../lib/nac/plugins beside the program. A
/// path is a file of any name, or a folder whose nac-*.so are taken by name, not recursively. Nothing is opened.
Discovery discover(const DiscoveryOptions &options);

}  // namespace nac::fw
