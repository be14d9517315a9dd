// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "plugin/registry.hpp"

namespace nac::fw {

/// Objects of a kind with that id, or, if none has it, with that short name.
std::vector<const PluginObject *> matching_objects(const std::vector<PluginObject> &objects, const std::string &kind,
                                                   const std::string &name);
/// Why find() found nothing: what there is, what was meant perhaps, refused files that may be it, and where was
/// searched.
std::string not_found_message(const Registry &registry, const std::string &kind, const std::string &name);
std::string ambiguous_message(const std::vector<const PluginObject *> &matches, const std::string &name);
/// "task" for "nac.task/1".
std::string kind_word(const std::string &kind);

}  // namespace nac::fw
