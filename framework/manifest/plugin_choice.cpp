// SPDX-License-Identifier: Apache-2.0
#include "manifest/plugin_choice.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "services/nearest.hpp"

namespace nac::fw {
namespace {

bool contains(const std::vector<std::string> &names, const std::string &name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

PluginChoice read_plugin(ManifestDocument &d, const std::string &table, const std::vector<std::string> &host_keys,
                         const std::string &otherwise) {
  PluginChoice choice;
  if (const auto name = d.text(table + ".plugin"))
    choice.plugin = *name;
  else if (!d.has(table + ".plugin") && !otherwise.empty())
    choice.plugin = otherwise;
  else if (!d.has(table + ".plugin"))
    d.problem(table, fmt::format("[{}] needs the key 'plugin'; `nac plugin list` shows the plugins there are", table));
  for (const std::string &key : d.keys(table)) {
    if (contains(host_keys, key) || key == "plugin") continue;
    if (d.is_table(table + "." + key)) continue;  // reported by check_plugins as unknown
    if (auto value = d.value(table + "." + key)) choice.parameters[key] = std::move(*value);
  }
  return choice;
}

const nac_descriptor *check_plugin(ManifestDocument &d, const std::string &table, const std::string &kind,
                                   PluginChoice &choice, const std::vector<std::string> &host_keys,
                                   const Registry &registry, const std::filesystem::path &folder) {
  if (choice.plugin.empty()) return nullptr;
  const nac_descriptor *descriptor = nullptr;
  try {
    descriptor = registry.find(kind, choice.plugin).descriptor;
  } catch (const UsageError &error) {
    d.problem(table + ".plugin", error.what());
    return nullptr;
  }
  std::vector<std::string> known{"plugin"};
  for (const std::string &key : host_keys)
    if (key != "plugin") known.push_back(key);
  for (uint32_t i = 0; i < descriptor->param_count; ++i) known.emplace_back(descriptor->params[i]->name);
  std::map<std::string, ConfigValue> declared;
  for (const std::string &key : d.keys(table)) {
    if (!contains(known, key))
      d.problem(table + "." + key, fmt::format("unknown key '{}' in [{}] with plugin '{}'{}; accepted here: {}", key,
                                               table, choice.plugin, did_you_mean(key, known), quoted_list(known)));
  }
  for (const auto &[key, value] : choice.parameters)
    if (contains(known, key)) declared[key] = value;
  for (const Config::Problem &problem : Config::problems(*descriptor, declared))
    d.problem(problem.key.empty() ? table : table + "." + problem.key, problem.message);
  for (uint32_t i = 0; i < descriptor->param_count; ++i) {
    const nac_param &param = *descriptor->params[i];
    const auto given = choice.parameters.find(param.name);
    if (param.type != NAC_PARAM_PATH || given == choice.parameters.end()) continue;
    if (auto *path = std::get_if<std::string>(&given->second); path != nullptr && !path->empty())
      *path = (folder / *path).lexically_normal().string();
  }
  return descriptor;
}

}  // namespace nac::fw
