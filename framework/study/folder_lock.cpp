// SPDX-License-Identifier: Apache-2.0
#include "study/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.hpp"

namespace nac::fw {

FolderLock::FolderLock(const std::filesystem::path &folder) {
  const std::filesystem::path path = folder / "lock";
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) {
    const int reason = errno;
    throw Error("cannot write to the study '" + folder.string() + "': " + std::strerror(reason),
                reason == ENOSPC ? NAC_RESOURCE_EXHAUSTED : NAC_FAILED_PRECONDITION);
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int reason = errno;
    char holder[64] = {};
    const ssize_t got = ::pread(descriptor_, holder, sizeof holder - 1, 0);
    ::close(descriptor_);
    if (reason != EWOULDBLOCK)
      throw Error("cannot lock '" + path.string() + "': " + std::strerror(reason), NAC_FAILED_PRECONDITION);
    std::string who = got > 0 ? std::string(holder, std::strcspn(holder, "\n")) : "unknown";
    throw Error("the study '" + folder.string() + "' is in use by process " + who +
                    "; wait for it to end, or stop it, and try again",
                NAC_FAILED_PRECONDITION);
  }
  const std::string me = std::to_string(::getpid()) + "\n";
  // Only for the message above: without it (a full disk) the lock holds just the same.
  if (::ftruncate(descriptor_, 0) == 0) (void)!::pwrite(descriptor_, me.data(), me.size(), 0);
}

FolderLock::~FolderLock() { ::close(descriptor_); }

}  // namespace nac::fw
