// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace nac::fw {

/// Writes a file so that it is there whole or not at all: temporary name, fsync, rename, fsync of the folder. Throws
/// Error naming the path and the system's reason (disk full, read-only, permission).
void write_file_atomically(const std::filesystem::path &path, const std::string &bytes);
/// The whole file; throws Error naming the path and the reason.
std::string read_file(const std::filesystem::path &path);

/// Writes, as above, a file that must lie below `folder`, whose missing parents are made. `relative` comes from
/// somebody who is not trusted: '/'-separated, not absolute, no empty, "." or ".." part; no part that exists may be a
/// symbolic link. The check and the write go through the same open folders, so that a race cannot lead out.
void write_file_below(const std::filesystem::path &folder, const std::string &relative, std::string_view bytes);

}  // namespace nac::fw
