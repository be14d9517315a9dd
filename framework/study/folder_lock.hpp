// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

namespace nac::fw {

/// Keeps other processes from writing to a study. The kernel releases it when the process ends, however it ends.
class FolderLock {
 public:
  /// Takes `folder`/lock and writes the process id into it. Throws Error (NAC_FAILED_PRECONDITION) naming the process
  /// that holds it, or the reason why the file cannot be opened.
  explicit FolderLock(const std::filesystem::path &folder);
  ~FolderLock();
  FolderLock(const FolderLock &) = delete;
  FolderLock &operator=(const FolderLock &) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace nac::fw
