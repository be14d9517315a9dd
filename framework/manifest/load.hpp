// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "manifest/document.hpp"
#include "manifest/experiment.hpp"
#include "plugin/registry.hpp"
#include "plugin/task_proxy.hpp"

namespace nac::fw {

/// Reads everything the host itself defines. Problems go into the document; the result is usable only without any.
/// Relative plugin paths are resolved against `folder`, a relative study path against the current directory.
Experiment read_experiment(ManifestDocument &document, const std::filesystem::path &folder);

/// Checks that the named plugins are there and take the given parameters, and resolves parameters that are paths
/// against the experiment's folder.
void check_plugins(ManifestDocument &document, Experiment &experiment, const Registry &registry);

/// Checks objectives, constraints and presets against what the task has, and fills the default objectives.
void check_names(ManifestDocument &document, Experiment &experiment, const TaskInfo &task);

/// Costs that every graph has, besides the task's metrics.
const std::vector<std::string> &cost_names();  ///< bops, parameters, macs

/// "name <= limit" or ">=". Throws UsageError.
Constraint parse_constraint(const std::string &text);

}  // namespace nac::fw
