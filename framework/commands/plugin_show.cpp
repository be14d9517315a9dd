// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "commands/command_line.hpp"
#include "commands/text_table.hpp"
#include "nac/backend.h"
#include "plugin/backend_proxy.hpp"
#include "services/nearest.hpp"

namespace nac::fw {
namespace {

const char *type_name(int32_t type) {
  switch (type) {
    case NAC_PARAM_INTEGER: return "integer";
    case NAC_PARAM_NUMBER: return "number";
    case NAC_PARAM_TEXT: return "text";
    case NAC_PARAM_NUMBERS: return "numbers";
    case NAC_PARAM_BOOLEAN: return "boolean";
    case NAC_PARAM_PATH: return "path";
    default: return "unknown";
  }
}

std::string or_empty(const char *text) { return text != nullptr ? text : ""; }

const PluginObject &find_any_kind(const Registry &registry, const std::string &name) {
  std::vector<std::string> names;
  for (const PluginObject &object : registry.objects()) {
    if (name == object.descriptor->id || name == object.short_name()) return object;
    names.push_back(object.short_name());
  }
  for (const RefusedPlugin &refused : registry.refused())
    if (refused.id == name || refused.path.stem() == "nac-" + name)
      throw UsageError(fmt::format("plugin '{}' was refused: {}: {}", name, refused.path.string(), refused.reason));
  throw UsageError(fmt::format("no plugin '{}'{}; there are {}", name, did_you_mean(name, names), quoted_list(names)));
}

/// Of a hardware backend, which is made with its defaults for that; nothing of other plugins, and of one that has
/// parameters without a default.
std::vector<BackendQuantity> quantities_of(const PluginObject &object) {
  if (std::string(object.descriptor->kind) != NAC_KIND_BACKEND || !Config::problems(*object.descriptor, {}).empty())
    return {};
  return BackendProxy(object, Config(*object.descriptor, {})).quantities();
}

void print_json(const PluginObject &object) {
  const nac_descriptor &d = *object.descriptor;
  nlohmann::ordered_json out{{"id", d.id},
                             {"kind", d.kind},
                             {"name", d.name},
                             {"vendor", d.vendor},
                             {"version", d.version},
                             {"license", d.license},
                             {"summary", d.summary},
                             {"url", d.url},
                             {"path", object.library->path().string()},
                             {"sha256", object.library->sha256()}};
  out["parameters"] = nlohmann::json::array();
  for (uint32_t i = 0; i < d.param_count; ++i) {
    const nac_param &p = *d.params[i];
    out["parameters"].push_back({{"name", p.name},
                                 {"type", type_name(p.type)},
                                 {"summary", p.summary},
                                 {"unit", or_empty(p.unit)},
                                 {"default", or_empty(p.default_text)},
                                 {"range", or_empty(p.range_text)}});
  }
  for (const BackendQuantity &q : quantities_of(object))
    out["quantities"].push_back({{"name", q.name}, {"unit", q.unit}});
  fmt::print("{}\n", out.dump(2));
}

}  // namespace

int command_plugin_show(const Arguments &arguments) {
  CommandLine line("plugin show NAME [options]", "Shows what a plugin is and which parameters a manifest may set.",
                   {"nac plugin show jets"});
  line.with_plugins();
  line.with_json();
  line.positional("name");
  if (!line.parse(arguments)) return 0;
  const std::string name = line.required("name");
  const Registry registry(line.discovery());
  const PluginObject &object = find_any_kind(registry, name);
  if (line.json()) {
    print_json(object);
    return 0;
  }
  const nac_descriptor &d = *object.descriptor;
  fmt::print("{}: {}\n\n", d.name, d.summary);
  fmt::print("{}", text_table({{"id", d.id},
                               {"kind", d.kind},
                               {"version", d.version},
                               {"vendor", d.vendor},
                               {"license", d.license},
                               {"library", object.library->path().string()},
                               {"sha256", object.library->sha256()}}));
  if (const std::vector<BackendQuantity> quantities = quantities_of(object); !quantities.empty()) {
    std::string text;
    for (const BackendQuantity &q : quantities)
      text += fmt::format("{}{}.{}{}", text.empty() ? "" : ", ", object.short_name(), q.name,
                          q.unit.empty() ? "" : " [" + q.unit + "]");
    fmt::print("\nCosts, for objectives and constraints: {}\n", text);
  }
  if (d.param_count == 0) {
    fmt::print("\nNo parameters.\n");
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (uint32_t i = 0; i < d.param_count; ++i) {
    const nac_param &p = *d.params[i];
    std::string about = p.summary;
    if (p.unit != nullptr && *p.unit != '\0') about += fmt::format(" [{}]", p.unit);
    if (p.range_text != nullptr) about += fmt::format("; accepted: {}", p.range_text);
    rows.push_back({p.name, type_name(p.type), p.default_text != nullptr ? p.default_text : "-", about});
  }
  rows.insert(rows.begin(), {"key", "type", "default", "meaning"});
  fmt::print("\nParameters:\n{}", text_table(rows));
  return 0;
}

}  // namespace nac::fw
