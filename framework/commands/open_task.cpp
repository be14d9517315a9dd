// SPDX-License-Identifier: Apache-2.0
#include "commands/open_task.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "nac/task.h"

namespace nac::fw {

std::map<std::string, ConfigValue> parse_settings(const std::vector<std::string> &settings) {
  std::map<std::string, ConfigValue> values;
  for (const std::string &setting : settings) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
      throw UsageError(fmt::format("--set {}: expected key=value, e.g. --set constituents=16", setting));
    const std::string text = setting.substr(equals + 1);
    try {
      values[setting.substr(0, equals)] = Config::parse(text);
    } catch (const UsageError &) {
      values[setting.substr(0, equals)] = text;
    }
  }
  return values;
}

void require_parameters(const PluginObject &object, const std::map<std::string, ConfigValue> &parameters) {
  std::string problems;
  for (const Config::Problem &problem : Config::problems(*object.descriptor, parameters))
    problems += fmt::format("{}task '{}': {}", problems.empty() ? "" : "\n", object.short_name(), problem.message);
  if (!problems.empty()) throw UsageError(problems);
}

std::unique_ptr<TaskProxy> open_task(const Registry &registry, const std::string &name,
                                     const std::map<std::string, ConfigValue> &parameters) {
  const PluginObject &object = registry.find(NAC_KIND_TASK, name);
  require_parameters(object, parameters);
  return std::make_unique<TaskProxy>(object, Config(*object.descriptor, parameters));
}

}  // namespace nac::fw
