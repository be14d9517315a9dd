// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "manifest/experiment.hpp"
#include "manifest/problem.hpp"
#include "pipeline/ports.hpp"
#include "plugin/registry.hpp"

namespace nac::fw {

/// A manifest with everything it names: plugins loaded, task opened. registry and task are there only as far as the
/// problems allow.
struct LoadedExperiment {
  Experiment experiment;
  std::vector<ManifestProblem> problems;
  std::unique_ptr<Registry> registry;
  std::unique_ptr<TaskPort> task;
};

/// Never throws for what is wrong in the manifest but for TOML syntax; throws Error when the file cannot be read.
LoadedExperiment load_experiment(const std::filesystem::path &manifest, const std::vector<std::string> &overrides,
                                 const DiscoveryOptions &discovery);
/// The same for a manifest that is in memory, such as a study's.
LoadedExperiment load_experiment_text(const std::string &text, const std::string &file,
                                      const std::filesystem::path &folder, const std::vector<std::string> &overrides,
                                      const DiscoveryOptions &discovery);
/// Throws UsageError with all problems.
void require_valid(const LoadedExperiment &loaded);

}  // namespace nac::fw
