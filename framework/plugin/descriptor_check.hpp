// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "nac/plugin.h"

namespace nac::fw {

/// A kind that this host can use.
bool kind_is_known(const std::string &kind);

/// Checks of the pieces, each "" or what is wrong.
std::string id_problem(const std::string &id);            ///< reverse DNS: "org.example.my-task"
std::string version_problem(const std::string &version);  ///< semantic version 2.0: "1.2.3", "1.2.3-rc.1"

struct DescriptorProblem {
  std::string id;  ///< "" when the descriptor has none
  std::string what;
};
/// Everything that is wrong with one descriptor: sizes, strings, id, version, threads, parameters with their defaults
/// and ranges. Reads only what is there.
std::vector<DescriptorProblem> descriptor_problems(const nac_descriptor &descriptor);
/// The same for all descriptors of a library, and that there is at least one and no id twice.
std::vector<DescriptorProblem> validate_descriptors(const nac_plugin &plugin);

/// "" or why the entry cannot be used by a host of this minor: struct_size, abi.major, required_minor, functions.
std::string entry_problem(const nac_plugin &plugin, uint32_t host_minor);

}  // namespace nac::fw
