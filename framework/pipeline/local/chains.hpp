// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "manifest/stages.hpp"

namespace nac::fw {

/// One way through the passes of [[compress]]: a value for each parameter that the manifest gives several of.
struct Chain {
  std::string name;  ///< JSON of those values, {"bits":4}; a name that two passes give is "qat.bits" and "prune.bits"
  std::vector<PluginChoice> passes;
  std::optional<std::size_t> warm_from;  ///< index of the chain whose first unit's weights it starts from
};

/// The grid product, the first pass varying slowest. With warm_start, chains that differ in nothing but a number named
/// bits of the first pass that has several are in descending order of it, and each starts from the one before.
std::vector<Chain> expand_chains(const std::vector<CompressPass> &passes, const CompressionStage &stage);

}  // namespace nac::fw
