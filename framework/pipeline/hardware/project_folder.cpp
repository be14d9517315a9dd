// SPDX-License-Identifier: Apache-2.0
#include "pipeline/hardware/project_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>  // NOLINT: mkdtemp
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/error.hpp"

namespace nac::fw {
namespace {

[[noreturn]] void fail(const std::filesystem::path &folder, int code) {
  throw Error(fmt::format("cannot write the project '{}': {}", folder.string(), std::strerror(code)),
              code == ENOSPC || code == EDQUOT ? NAC_RESOURCE_EXHAUSTED : NAC_FAILED_PRECONDITION);
}

std::filesystem::path parent_of(const std::filesystem::path &folder) {
  return folder.has_parent_path() ? folder.parent_path() : std::filesystem::path(".");
}

/// Without a slash at its end, so that it has a name.
std::filesystem::path named(const std::filesystem::path &folder) {
  const std::filesystem::path normal = folder.lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

}  // namespace

void check_replaceable(const std::filesystem::path &folder, bool force) {
  std::error_code code;
  const std::filesystem::file_status status = std::filesystem::symlink_status(folder, code);
  if (!std::filesystem::exists(status)) return;
  const bool ours =
      std::filesystem::is_directory(status) && std::filesystem::is_regular_file(folder / kProjectRecord, code);
  if (!ours)
    throw UsageError(
        fmt::format("{} is there already and is no project of this program (it has no {}): choose another "
                    "folder with --output",
                    folder.string(), kProjectRecord));
  if (!force)
    throw UsageError(fmt::format("{} is there already: replace it with --force, or choose another folder with --output",
                                 folder.string()));
}

ProjectFolder::ProjectFolder(const std::filesystem::path &target) : target_(named(target)) {
  const std::filesystem::path parent = parent_of(target_);
  std::error_code code;
  std::filesystem::create_directories(parent, code);
  if (code) fail(target_, code.value());
  std::string name = (parent / fmt::format(".{}.XXXXXX", target_.filename().string())).string();
  if (::mkdtemp(name.data()) == nullptr) fail(target_, errno);
  path_ = name;
  // mkdtemp's folders are for their owner alone; projects are for whoever may read the folder around them.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::chmod(path_.c_str(), 0777 & ~mask);
}

ProjectFolder::~ProjectFolder() {
  std::error_code code;
  if (!path_.empty()) std::filesystem::remove_all(path_, code);
}

void ProjectFolder::place() {
  std::error_code code;
  if (!std::filesystem::exists(target_, code)) {
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail(target_, errno);
    path_.clear();
    return;
  }
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0)
    return;  // the old one goes
  if (errno != EINVAL && errno != ENOSYS) fail(target_, errno);
  // A file system that cannot swap: for a moment there is none, but never half of one.
  const ProjectFolder old(target_);
  if (::rename(target_.c_str(), (old.path_ / "old").c_str()) != 0) fail(target_, errno);
  if (::rename(path_.c_str(), target_.c_str()) != 0) {
    const int reason = errno;
    ::rename((old.path_ / "old").c_str(), target_.c_str());
    fail(target_, reason);
  }
  path_.clear();
}

}  // namespace nac::fw
