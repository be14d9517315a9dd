// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace nac::fw {

/// "cannot <action> '<path>': <the system's reason, and what helps>"; code is an errno.
Error file_error(const char *action, const std::filesystem::path &path, int code);
/// Replaces `name` in an open folder: temporary file, fsync, rename, fsync of the folder. `shown` is for messages.
void write_file_at(int folder, const std::string &name, std::string_view bytes, const std::filesystem::path &shown);

}  // namespace nac::fw
