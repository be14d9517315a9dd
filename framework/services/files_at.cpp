// SPDX-License-Identifier: Apache-2.0
#include "services/files_at.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "services/file_descriptor.hpp"

namespace nac::fw {

Error file_error(const char *action, const std::filesystem::path &path, int code) {
  const char *hint = "";
  nac_status status = NAC_INTERNAL;
  switch (code) {
    case ENOSPC:
    case EDQUOT: hint = "; free some space and try again", status = NAC_RESOURCE_EXHAUSTED; break;
    case EMFILE:
    case ENFILE: hint = "; see 'ulimit -n'", status = NAC_RESOURCE_EXHAUSTED; break;
    case EROFS:
    case EACCES:
    case EPERM: hint = "; choose a place that you may write to or change its permissions"; break;
    case ENOENT: status = NAC_NOT_FOUND; break;
    default: break;
  }
  if (std::string_view(action) == "read" && (code == EACCES || code == EPERM)) hint = "; change its permissions";
  return Error(fmt::format("cannot {} '{}': {}{}", action, path.string(), std::generic_category().message(code), hint),
               status);
}

void write_file_at(int folder, const std::string &name, std::string_view bytes, const std::filesystem::path &shown) {
  static std::atomic<uint64_t> serial{0};
  std::string temporary;
  FileDescriptor file;
  do {  // EEXIST: left behind by a process of the same number that was killed
    temporary = fmt::format(".{}.{}.{}.tmp", name.substr(0, 200), ::getpid(), serial.fetch_add(1));
    file =
        FileDescriptor(::openat(folder, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  } while (!file.open() && errno == EEXIST);
  if (!file.open()) throw file_error("write", shown, errno);
  const auto give_up = [&](int code) {
    ::unlinkat(folder, temporary.c_str(), 0);
    throw file_error("write", shown, code);
  };
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) give_up(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0) give_up(errno);
  if (!file.close()) give_up(errno);
  if (::renameat(folder, temporary.c_str(), folder, name.c_str()) != 0) give_up(errno);
  // Some file systems cannot sync a folder (EINVAL); the rename is done all the same.
  if (::fsync(folder) != 0 && errno != EINVAL) throw file_error("write", shown, errno);
}

}  // namespace nac::fw
