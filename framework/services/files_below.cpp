// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <vector>

#include "base/error.hpp"
#include "services/file_descriptor.hpp"
#include "services/files.hpp"
#include "services/files_at.hpp"
#include "services/utf8.hpp"

namespace nac::fw {
namespace {

[[noreturn]] void refuse(const std::string &relative, const std::string &why) {
  throw Error(fmt::format("refused to write '{}': {}; accepted is a path such as \"firmware/top.cpp\" below the folder "
                          "that the host chose",
                          printable(relative), why),
              NAC_INVALID_ARGUMENT);
}

std::vector<std::string> parts_of(const std::string &relative) {
  if (relative.empty()) refuse(relative, "the path is empty");
  if (relative[0] == '/') refuse(relative, "the path is absolute");
  std::vector<std::string> parts(1);
  for (const char c : relative) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  for (const std::string &part : parts) {
    if (part.empty()) refuse(relative, "the path has an empty part");
    if (part == "." || part == "..") refuse(relative, fmt::format("the path contains \"{}\"", part));
  }
  return parts;
}

}  // namespace

void write_file_below(const std::filesystem::path &folder, const std::string &relative, std::string_view bytes) {
  const std::vector<std::string> parts = parts_of(relative);
  std::error_code made;
  std::filesystem::create_directories(folder, made);
  if (made) throw file_error("write", folder, made.value());
  FileDescriptor at(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!at.open()) throw file_error("write", folder, errno);
  const std::filesystem::path shown = folder / relative;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (::mkdirat(at.get(), parts[i].c_str(), 0777) != 0 && errno != EEXIST) throw file_error("write", shown, errno);
    FileDescriptor next(::openat(at.get(), parts[i].c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    const int code = errno;
    if (!next.open()) {
      if (code == ELOOP || code == ENOTDIR) refuse(relative, fmt::format("'{}' is a link or no folder", parts[i]));
      throw file_error("write", shown, code);
    }
    at = std::move(next);
  }
  struct stat info {};
  if (::fstatat(at.get(), parts.back().c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(info.st_mode))
    refuse(relative, fmt::format("'{}' is there already and is no regular file", parts.back()));
  write_file_at(at.get(), parts.back(), bytes, shown);
}

}  // namespace nac::fw
