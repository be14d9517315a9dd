// SPDX-License-Identifier: Apache-2.0
#include "services/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

#include "base/error.hpp"
#include "services/file_descriptor.hpp"
#include "services/files_at.hpp"

namespace nac::fw {

std::string read_file(const std::filesystem::path &path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) throw file_error("read", path, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) throw file_error("read", path, errno);
  if (S_ISDIR(info.st_mode)) throw file_error("read", path, EISDIR);
  std::string bytes;
  // The size is a hint only: files in /proc report 0, others may grow.
  std::size_t capacity = static_cast<std::size_t>(info.st_size) + 1;
  for (std::size_t used = 0;;) {
    if (capacity - used < 1) capacity += capacity / 2 + 65536;
    bytes.resize(capacity);
    const ssize_t got = ::read(file.get(), bytes.data() + used, capacity - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw file_error("read", path, errno);
    if (got == 0) {
      bytes.resize(used);
      return bytes;
    }
    used += static_cast<std::size_t>(got);
  }
}

void write_file_atomically(const std::filesystem::path &path, const std::string &bytes) {
  if (path.filename().empty()) throw file_error("write", path, EISDIR);
  const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const FileDescriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open()) throw file_error("write", path, errno);
  write_file_at(folder.get(), path.filename().string(), bytes, path);
}

}  // namespace nac::fw
