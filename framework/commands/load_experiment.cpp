// SPDX-License-Identifier: Apache-2.0
#include "commands/load_experiment.hpp"

#include "base/error.hpp"
#include "manifest/load.hpp"
#include "nac/task.h"
#include "services/files.hpp"

namespace nac::fw {

LoadedExperiment load_experiment_text(const std::string &text, const std::string &file,
                                      const std::filesystem::path &folder, const std::vector<std::string> &overrides,
                                      const DiscoveryOptions &discovery) {
  LoadedExperiment loaded;
  ManifestDocument document(text, file, overrides);
  loaded.experiment = read_experiment(document, folder);
  DiscoveryOptions options = discovery;
  options.manifest = loaded.experiment.plugin_paths;
  loaded.registry = std::make_unique<Registry>(options);
  check_plugins(document, loaded.experiment, *loaded.registry);
  const PluginObject *task = loaded.registry->try_find(NAC_KIND_TASK, loaded.experiment.task.plugin);
  if (task != nullptr && Config::problems(*task->descriptor, loaded.experiment.task.parameters).empty()) {
    try {
      loaded.task = make_task_port(*task, Config(*task->descriptor, loaded.experiment.task.parameters));
      check_names(document, loaded.experiment, loaded.task->info());
    } catch (const Error &error) {
      document.problem("task", error.what());
    }
  }
  loaded.problems = document.problems();
  return loaded;
}

LoadedExperiment load_experiment(const std::filesystem::path &manifest, const std::vector<std::string> &overrides,
                                 const DiscoveryOptions &discovery) {
  const std::filesystem::path folder = std::filesystem::absolute(manifest).parent_path();
  return load_experiment_text(read_file(manifest), manifest.string(), folder, overrides, discovery);
}

void require_valid(const LoadedExperiment &loaded) {
  std::string text;
  for (const ManifestProblem &problem : loaded.problems) text += (text.empty() ? "" : "\n") + problem.text();
  if (!text.empty()) throw UsageError(text);
}

}  // namespace nac::fw
