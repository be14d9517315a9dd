// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>

#include "study/database.hpp"

namespace nac::fw {

inline constexpr int kStudySchema = 4;

/// Creates the tables, the write-ahead log and the marks of a study in an empty database.
void create_schema(Database &database);
/// Throws Error unless the database is a study of a schema that this program reads: its own, and those that upgrade()
/// knows.
void check_schema(Database &database, const std::filesystem::path &file);
/// Brings a study of an older schema to that of this program; nothing else of it changes.
void upgrade(Database &database);
/// Whether there is a table: a study that is only read is not upgraded.
bool has_table(Database &database, const std::string &name);
/// Settings of every connection that writes: each commit is on the disk before it returns.
void set_durable(Database &database);

}  // namespace nac::fw
