// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <sqlite3.h>
#include <tbb/version.h>

#include <boost/version.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.hpp"
#include "base/version.hpp"
#include "commands/command_line.hpp"
#include "commands/make_engine.hpp"
#include "commands/text_table.hpp"
#include "fused/fused_engine.hpp"
#include "nac/base.h"

namespace nac::fw {

namespace {

void add_engines(nlohmann::ordered_json &out, std::vector<std::string> &warnings) {
  const EngineInfo fused = fused_engine().info();
  out["engines"] = {fmt::format("{} {}", fused.name, fused.version)};
  out["devices"] = fused.devices;
  try {
    const EngineInfo torch = torch_engine().info();
    out["engines"].push_back(fmt::format("{} {}", torch.name, torch.version));
    out["blas"] = torch.blas;
    out["devices"] = torch.devices;
    if (const std::string warning = blas_warning(torch); !warning.empty()) warnings.push_back(warning);
  } catch (const Error &error) {
    warnings.push_back(
        fmt::format("no LibTorch, which trains what the fused engine has no plan for: {}", error.what()));
  }
}

}  // namespace

int command_doctor(const Arguments &arguments) {
  CommandLine line("doctor [options]",
                   "Shows what the program found: versions, the training engines with their BLAS and devices, plugins, "
                   "paths. Exit code 1 when something needed is missing.",
                   {"nac doctor"});
  line.with_plugins();
  line.with_json();
  if (!line.parse(arguments)) return 0;

  nlohmann::ordered_json out;
  std::vector<std::string> warnings;
  out["nac"] = kVersion;
  out["abi"] = fmt::format("{}.{}", NAC_ABI_MAJOR, NAC_ABI_MINOR);
  out["compiler"] = __VERSION__;
  out["sqlite"] = sqlite3_libversion();
  out["tbb"] = fmt::format("{} (interface {})", TBB_runtime_version(), TBB_runtime_interface_version());
  out["boost"] = fmt::format("{}.{}.{}", BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100);
  out["cores"] = std::thread::hardware_concurrency();
  add_engines(out, warnings);
  const Registry registry(line.discovery());
  out["plugins"] = nlohmann::json::array();
  for (const PluginObject &object : registry.objects())
    out["plugins"].push_back(fmt::format("{} {}", object.descriptor->id, object.descriptor->version));
  out["plugin_paths"] = nlohmann::json::array();
  for (const auto &path : registry.searched()) out["plugin_paths"].push_back(path.string());
  for (const RefusedPlugin &refused : registry.refused())
    warnings.push_back(fmt::format("plugin {} was not loaded: {}", refused.path.string(), refused.reason));
  if (registry.objects().empty()) warnings.push_back("no plugins were found");
  out["warnings"] = warnings;

  if (line.json()) {
    fmt::print("{}\n", out.dump(2));
  } else {
    std::vector<std::vector<std::string>> rows;
    for (const auto &[key, value] : out.items()) {
      if (key == "warnings") continue;
      if (!value.is_array()) {
        rows.push_back({key, value.is_string() ? value.get<std::string>() : value.is_null() ? "none" : value.dump()});
        continue;
      }
      std::string label = key;
      for (const auto &entry : value) rows.push_back({std::exchange(label, ""), entry.get<std::string>()});
    }
    fmt::print("{}", text_table(rows));
    for (const std::string &warning : warnings) fmt::print("warning: {}\n", warning);
    if (warnings.empty()) fmt::print("everything needed is there\n");
  }
  return registry.objects().empty() ? 1 : 0;
}

}  // namespace nac::fw
