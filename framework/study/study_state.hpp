// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "study/database.hpp"
#include "study/folder_lock.hpp"
#include "study/study.hpp"

namespace nac::fw {

/// What the files of Study share. Members are touched only with `mutex` held.
struct Study::State {
  std::filesystem::path folder;
  bool writable = false;
  std::unique_ptr<FolderLock> lock;  ///< held from before the database opens until after it is closed
  std::unique_ptr<Database> database;
  mutable std::mutex mutex;

  /// Throws Error for a study that was opened for reading.
  void require_writable() const;
};

}  // namespace nac::fw
