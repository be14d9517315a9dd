// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "manifest/plugin_choice.hpp"
#include "manifest/read_stages.hpp"
#include "manifest/searched_values.hpp"
#include "nac/backend.h"
#include "plugin/backend_proxy.hpp"

namespace nac::fw {
namespace {

const std::vector<std::string> kHardwareKeys{"trials", "presets", "vectors", "build", "search", "published"};

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
    if (!check_dimension(d, "hardware.search." + name, *descriptor, name, values)) continue;
    if (e.search) e.search->added_dimensions.push_back(s.prefix + name);
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
