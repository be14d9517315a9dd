// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>

namespace nac::fw {

/// In a project that this program wrote; tells its folder from any other.
inline constexpr const char *kProjectRecord = "nac_synth.json";

/// Throws UsageError when `folder` is there and may not be replaced: only with `force`, and only a project of ours.
void check_replaceable(const std::filesystem::path &folder, bool force);

/// A new folder beside where a project is to be, removed with all in it unless it was put there. Throws Error naming
/// the folder and the system's reason.
class ProjectFolder {
 public:
  explicit ProjectFolder(const std::filesystem::path &target);
  ~ProjectFolder();
  ProjectFolder(const ProjectFolder &) = delete;
  ProjectFolder &operator=(const ProjectFolder &) = delete;

  const std::filesystem::path &path() const { return path_; }
  /// In one step, in place of the project that is there, which is removed afterwards.
  void place();

 private:
  std::filesystem::path target_, path_;
};

}  // namespace nac::fw
