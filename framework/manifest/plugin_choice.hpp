// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "manifest/document.hpp"
#include "manifest/stages.hpp"
#include "plugin/registry.hpp"

namespace nac::fw {

/// The key 'plugin' of a table and every key that is not the host's, as parameters. `otherwise` is the choice of a
/// table without the key 'plugin'; "": the key is required.
PluginChoice read_plugin(ManifestDocument &document, const std::string &table,
                         const std::vector<std::string> &host_keys, const std::string &otherwise = {});

/// Reports a plugin that there is none of, and keys and values that it does not take. Parameters that are paths are
/// resolved against `folder`. Returns its descriptor; nullptr: there is none.
const nac_descriptor *check_plugin(ManifestDocument &document, const std::string &table, const std::string &kind,
                                   PluginChoice &choice, const std::vector<std::string> &host_keys,
                                   const Registry &registry, const std::filesystem::path &folder);

}  // namespace nac::fw
