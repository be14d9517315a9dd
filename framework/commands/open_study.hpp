// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "commands/load_experiment.hpp"
#include "study/study.hpp"

namespace nac::fw {

/// Where a study keeps the folder that its manifest's paths start at.
inline constexpr const char *kManifestFolderKey = "manifest.folder";

struct OpenStudy {
  LoadedExperiment loaded;
  std::unique_ptr<Study> study;
};

/// A study to go on with and its manifest, with overrides: of a study folder the one that it keeps, of a manifest file
/// that file and the study that it names. Throws UsageError when there is no such study, or with all problems of the
/// manifest.
OpenStudy open_study(const std::filesystem::path &study_or_manifest, const std::vector<std::string> &overrides,
                     const DiscoveryOptions &discovery);

}  // namespace nac::fw
