// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plugin/registry.hpp"
#include "plugin/task_proxy.hpp"

namespace nac::fw {

/// "key=value" options as plugin parameters; values as TOML spells them, anything else is a string. Throws UsageError.
std::map<std::string, ConfigValue> parse_settings(const std::vector<std::string> &settings);

/// Throws UsageError with every problem of the parameters.
void require_parameters(const PluginObject &object, const std::map<std::string, ConfigValue> &parameters);

/// The task of that name with parameters from the command line. Throws UsageError with every parameter problem.
std::unique_ptr<TaskProxy> open_task(const Registry &registry, const std::string &name,
                                     const std::map<std::string, ConfigValue> &parameters);

}  // namespace nac::fw
