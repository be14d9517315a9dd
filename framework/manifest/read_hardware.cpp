// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "manifest/plugin_choice.hpp"
#include "manifest/read_stages.hpp"
#include "nac/backend.h"
#include "plugin/backend_proxy.hpp"
#include "services/nearest.hpp"

namespace nac::fw {
namespace {

const std::vector<std::string> kHardwareKeys{"trials", "presets", "vectors", "build", "search", "published"};

std::optional<double> number_of(const ConfigValue &value) {
  if (const auto *whole = std::get_if<int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto *real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

const nac_param *param_of(const nac_descriptor &descriptor, const std::string &name) {
  for (uint32_t i = 0; i < descriptor.param_count; ++i)
    if (name == descriptor.params[i]->name) return descriptor.params[i];
  return nullptr;
}

/// Whether the values can be a dimension; reports what is wrong.
bool check_dimension(ManifestDocument &d, const nac_descriptor &descriptor, const std::string &name,
                     const std::vector<ConfigValue> &values) {
  const std::string path = "hardware.search." + name;
  const auto wrong = [&](const std::string &message) {
    d.problem(path, message);
    return false;
  };
  const nac_param *param = param_of(descriptor, name);
  if (param == nullptr) {
    std::vector<std::string> names;
    for (uint32_t i = 0; i < descriptor.param_count; ++i) names.emplace_back(descriptor.params[i]->name);
    return wrong(fmt::format("{} has no parameter '{}' that could be searched{}; it has {}", descriptor.id, name,
                             did_you_mean(name, names), quoted_list(names)));
  }
  if (param->type == NAC_PARAM_NUMBERS || param->type == NAC_PARAM_PATH)
    return wrong(fmt::format("'{}' cannot be searched: only numbers, texts and booleans can", name));
  if (values.empty()) return wrong(fmt::format("'{}' is an empty list: give the values to search among", name));
  std::set<std::string> seen;
  for (const ConfigValue &value : values) {
    for (const Config::Problem &problem : Config::problems(descriptor, {{name, value}}))
      if (problem.key == name) return wrong(problem.message);
    const auto *text = std::get_if<std::string>(&value);
    if (text != nullptr && (text->empty() || text->find(';') != std::string::npos))
      return wrong(
          fmt::format("{} cannot be searched: a text of a search is not empty and has no ';'", to_toml(value)));
    if (!seen.insert(to_toml(value)).second) return wrong(fmt::format("'{}' has {} twice", name, to_toml(value)));
  }
  return true;
}

}  // namespace

HardwareStage read_hardware(ManifestDocument &d) {
  HardwareStage s;
  s.backend = read_plugin(d, "hardware", kHardwareKeys, kDefaultBackend);
  s.candidates = read_candidates(d, "hardware", "trials");
  if (const auto v = d.integer("hardware.vectors", 1, 100'000'000)) s.vectors = static_cast<uint64_t>(*v);
  if (const auto v = d.boolean("hardware.build")) s.build = *v;
  s.published = read_published(d);
  if (d.has("hardware.search") && !d.is_table("hardware.search"))
    d.problem("hardware.search", "'hardware.search' must be a table, e.g. search = { reuse_factor = [1, 2, 4] }");
  if (d.is_table("hardware.search"))
    for (const std::string &key : d.keys("hardware.search")) {
      const std::string path = "hardware.search." + key;
      if (!d.is_list(path))
        d.problem(path, fmt::format("'{}' must be a list of values to search among, e.g. {} = [1, 2, 4]; a value that "
                                    "does not change stands in [hardware]",
                                    path, key));
      else if (auto values = d.values(path))
        s.searched[key] = std::move(*values);
    }
  return s;
}

void check_hardware(ManifestDocument &d, Experiment &e, const Registry &registry) {
  HardwareStage &s = *e.hardware;
  const nac_descriptor *descriptor =
      check_plugin(d, "hardware", NAC_KIND_BACKEND, s.backend, kHardwareKeys, registry, e.folder);
  if (descriptor == nullptr) return;
  const PluginObject &object = registry.find(NAC_KIND_BACKEND, s.backend.plugin);
  s.prefix = object.short_name() + ".";
  for (auto &[name, values] : s.searched) {
    if (!check_dimension(d, *descriptor, name, values)) continue;
    if (number_of(values.front()))
      std::sort(values.begin(), values.end(),
                [](const ConfigValue &a, const ConfigValue &b) { return *number_of(a) < *number_of(b); });
    if (e.search) e.search->hardware_dimensions.push_back(s.prefix + name);
  }
  if (!Config::problems(*descriptor, s.backend.parameters).empty()) return;
  try {
    const BackendProxy backend(object, Config(*descriptor, s.backend.parameters));
    for (const BackendQuantity &q : backend.quantities())
      s.quantities.push_back({s.prefix + q.name, q.unit, -1, false});
  } catch (const Error &error) {
    d.problem("hardware", error.what());
  }
  if (e.search) e.search->hardware = s.quantities;
}

bool searches_hardware(const Experiment &e) {
  if (!e.hardware || !e.search) return false;
  const auto ours = [&](const std::string &name) {
    return std::any_of(e.hardware->quantities.begin(), e.hardware->quantities.end(),
                       [&](const Quantity &q) { return q.name == name; });
  };
  return !e.hardware->searched.empty() || std::any_of(e.search->objectives.begin(), e.search->objectives.end(), ours) ||
         std::any_of(e.search->constraints.begin(), e.search->constraints.end(),
                     [&](const Constraint &c) { return ours(c.name); });
}

std::string missing_hardware(const std::string &name) {
  return fmt::format(
      "'{}' would be a cost that a hardware backend estimates, but there is no table [hardware]; add it, e.g. with "
      "plugin = \"{}\"",
      name, name.substr(0, name.find('.')));
}

}  // namespace nac::fw
