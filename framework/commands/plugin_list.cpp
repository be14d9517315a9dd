// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands/command_line.hpp"
#include "commands/text_table.hpp"

namespace nac::fw {

int command_plugin_list(const Arguments &arguments) {
  CommandLine line(
      "plugin list [options]",
      "Lists the plugins found in --plugin-path, NAC_PLUGIN_PATH, the XDG data folder and beside the program.",
      {"nac plugin list", "nac plugin list --plugin-path ./build --json"});
  line.with_plugins();
  line.with_json();
  if (!line.parse(arguments)) return 0;
  const Registry registry(line.discovery());
  if (line.json()) {
    nlohmann::ordered_json out{{"plugins", nlohmann::json::array()}, {"refused", nlohmann::json::array()}};
    for (const PluginObject &object : registry.objects()) {
      const nac_descriptor &d = *object.descriptor;
      out["plugins"].push_back({{"id", d.id},
                                {"kind", d.kind},
                                {"version", d.version},
                                {"summary", d.summary},
                                {"path", object.library->path().string()},
                                {"sha256", object.library->sha256()}});
    }
    for (const RefusedPlugin &refused : registry.refused())
      out["refused"].push_back({{"path", refused.path.string()}, {"id", refused.id}, {"reason", refused.reason}});
    fmt::print("{}\n", out.dump(2));
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const PluginObject &object : registry.objects()) {
    const nac_descriptor &d = *object.descriptor;
    rows.push_back({object.short_name(), d.kind, d.version, d.id, d.summary});
  }
  if (rows.empty()) fmt::print("no plugins found\n");
  fmt::print("{}", text_table(rows));
  if (!registry.refused().empty()) fmt::print("\nnot loaded:\n");
  for (const RefusedPlugin &refused : registry.refused())
    fmt::print("  {}{}: {}\n", refused.path.string(), refused.id.empty() ? "" : " (" + refused.id + ")",
               refused.reason);
  if (rows.empty() || !registry.refused().empty()) {
    fmt::print("\nlooked in:\n");
    for (const auto &path : registry.searched()) fmt::print("  {}\n", path.string());
  }
  return 0;
}

}  // namespace nac::fw
