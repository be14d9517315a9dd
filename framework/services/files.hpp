// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>

namespace nac::fw {

/// Writes a file so that it is there whole or not at all: temporary name, fsync, rename, fsync of the folder. Throws
/// Error naming the path and the system's reason (disk full, read-only, permission).
void write_file_atomically(const std::filesystem::path &path, const std::string &bytes);
/// The whole file; throws Error naming the path and the reason.
std::string read_file(const std::filesystem::path &path);

}  // namespace nac::fw
