// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "manifest/plugin_choice.hpp"
#include "manifest/read_stages.hpp"
#include "manifest/searched_values.hpp"
#include "nac/compress.h"

namespace nac::fw {
namespace {

void check_grid(ManifestDocument &d, const std::string &path, const nac_descriptor &descriptor, const std::string &name,
                const std::vector<ConfigValue> &values) {
  if (values.empty()) return d.problem(path, fmt::format("'{}' is an empty list: there would be no chain", name));
  std::set<std::string> seen;
  for (const ConfigValue &value : values) {
    // The first is checked with the other parameters.
    if (!seen.empty())
      for (const Config::Problem &problem : Config::problems(descriptor, {{name, value}}))
        if (problem.key == name) d.problem(path, problem.message);
    if (!seen.insert(to_toml(value)).second)
      d.problem(path, fmt::format("'{}' has {} twice: the same chain", name, to_toml(value)));
  }
}

}  // namespace

void check_compress(ManifestDocument &d, const std::string &table, CompressPass &pass, const Registry &registry,
                    const std::filesystem::path &folder) {
  const PluginObject *object = registry.try_find(NAC_KIND_COMPRESS, pass.pass.plugin);
  std::vector<std::string> in_grid;
  std::map<std::string, std::vector<ConfigValue>> grid;
  PluginChoice once = pass.pass;
  for (const auto &[name, values] : pass.grid) {
    const nac_param *param = object == nullptr ? nullptr : param_of(*object->descriptor, name);
    const std::string path = table + "." + name;
    if (param == nullptr) continue;  // reported below as unknown
    if (param->type != NAC_PARAM_NUMBERS) {
      check_grid(d, path, *object->descriptor, name, values);
      grid[name] = values;
      in_grid.push_back(name);
    } else if (auto numbers = as_numbers(values)) {
      once.parameters[name] = std::move(*numbers);
    } else {
      d.problem(path, fmt::format("'{}' must be a list of numbers", name));
    }
  }
  // A required parameter that only the grid gives is there.
  PluginChoice checked = once;
  for (const auto &[name, values] : grid)
    if (!values.empty()) checked.parameters[name] = values.front();
  if (const nac_descriptor *descriptor = check_plugin(d, table, NAC_KIND_COMPRESS, checked, {}, registry, folder)) {
    pass.takes_full_grid = param_of(*descriptor, "full_grid") != nullptr;
    for (const std::string &name : in_grid) checked.parameters.erase(name);
  }
  pass.pass = std::move(checked);
  pass.grid = std::move(grid);
}

}  // namespace nac::fw
