// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "commands/command_line.hpp"
#include "commands/load_experiment.hpp"

namespace nac::fw {

int command_validate(const Arguments &arguments) {
  namespace po = boost::program_options;
  CommandLine line("validate MANIFEST [options]",
                   "Checks a manifest, its plugins, their parameters and the data, and reports every error at once.",
                   {"nac validate examples/quickstart.toml", "nac validate my.toml --set task.data=/data/jets"});
  line.option()("set,s", po::value<std::vector<std::string>>()->value_name("KEY=VALUE"), "override a manifest key");
  line.with_plugins();
  line.with_json();
  line.positional("manifest");
  if (!line.parse(arguments)) return 0;
  const std::string path = line.required("manifest");
  LoadedExperiment loaded = load_experiment(path, line.texts("set"), line.discovery());
  if (line.json()) {
    nlohmann::ordered_json out{{"manifest", path}, {"problems", nlohmann::json::array()}};
    for (const ManifestProblem &p : loaded.problems)
      out["problems"].push_back({{"where", p.where}, {"line", p.line}, {"column", p.column}, {"message", p.message}});
    fmt::print("{}\n", out.dump(2));
    return loaded.problems.empty() ? 0 : 2;
  }
  for (const ManifestProblem &problem : loaded.problems) fmt::print("{}\n", problem.text());
  if (!loaded.problems.empty()) {
    fmt::print("{} {} in {}\n", loaded.problems.size(), loaded.problems.size() == 1 ? "error" : "errors", path);
    return 2;
  }
  fmt::print("{} is valid: task {}", path, loaded.experiment.task.plugin);
  if (loaded.experiment.search)
    fmt::print(", {} trials of {} on {}", loaded.experiment.search->trials, loaded.experiment.search->strategy.plugin,
               fmt::join(loaded.experiment.search->objectives, " and "));
  fmt::print("\n");
  return 0;
}

}  // namespace nac::fw
