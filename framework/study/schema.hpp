// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "study/database.hpp"

namespace nac::fw {

inline constexpr int kStudySchema = 3;

/// Creates the tables, the write-ahead log and the marks of a study in an empty database.
void create_schema(Database &database);
/// Throws Error unless the database is a study of the schema that this program writes.
void check_schema(Database &database, const std::filesystem::path &file);
/// Settings of every connection that writes: each commit is on the disk before it returns.
void set_durable(Database &database);

}  // namespace nac::fw
