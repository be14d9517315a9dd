// SPDX-License-Identifier: Apache-2.0
#include "commands/open_study.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace nac::fw {
namespace {

OpenStudy stored(const std::filesystem::path &folder, std::vector<std::string> overrides,
                 const DiscoveryOptions &discovery) {
  OpenStudy open;
  open.study = Study::open(folder, Study::Mode::resume);
  const auto manifest = open.study->text("manifest");
  const auto base = open.study->text(kManifestFolderKey);
  if (!manifest || !base)
    throw Error(
        fmt::format("{}: the study ended before its manifest was stored; run the manifest again", folder.string()));
  overrides.push_back("experiment.study=" + std::filesystem::absolute(folder).string());
  open.loaded = load_experiment_text(*manifest, (folder / "manifest").string(), *base, overrides, discovery);
  require_valid(open.loaded);
  return open;
}

}  // namespace

OpenStudy open_study(const std::filesystem::path &path, const std::vector<std::string> &overrides,
                     const DiscoveryOptions &discovery) {
  if (Study::exists(path)) return stored(path, overrides, discovery);
  std::error_code code;
  if (!std::filesystem::is_regular_file(path, code))
    throw UsageError(fmt::format("{}: there is no study; `nac run MANIFEST` starts one", path.string()));
  OpenStudy open;
  open.loaded = load_experiment(path, overrides, discovery);
  require_valid(open.loaded);
  const std::filesystem::path &folder = open.loaded.experiment.study;
  if (!Study::exists(folder))
    throw UsageError(fmt::format("{}: its study {} is not there; search first, with nac run {}", path.string(),
                                 folder.string(), path.string()));
  open.study = Study::open(folder, Study::Mode::resume);
  open.study->set_text(kManifestFolderKey, open.loaded.experiment.folder.string());
  return open;
}

}  // namespace nac::fw
