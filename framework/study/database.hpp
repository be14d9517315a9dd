// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace nac::fw {

class Database;

/// One run of a prepared statement; resets it when it goes out of scope. Indices: bind from 1, columns from 0.
class Query {
 public:
  Query(Database &database, sqlite3_stmt *statement) : database_(database), statement_(statement) {}
  ~Query();
  Query(const Query &) = delete;
  Query &operator=(const Query &) = delete;

  Query &bind(int64_t value);
  Query &bind(uint64_t value) { return bind(static_cast<int64_t>(value)); }
  Query &bind(int value) { return bind(static_cast<int64_t>(value)); }
  Query &bind(double value);  ///< NaN becomes NULL
  Query &bind(const std::string &value);
  /// True while there is a row.
  bool step();
  void run() {
    while (step()) {
    }
  }
  int64_t integer(int column) const;
  double number(int column) const;  ///< NULL becomes NaN
  std::string text(int column) const;

 private:
  Database &database_;
  sqlite3_stmt *statement_;
  int next_ = 1;
};

/// What a commit outlives. One with `power` takes all earlier ones to the disk with it.
enum class Survives { kill, power };

/// A SQLite file with prepared statements kept by their text. Not thread-safe. Every failure is an Error that names the
/// file and says what to do.
class Database {
 public:
  enum class Access { read, write, create };
  Database(const std::filesystem::path &file, Access access);
  ~Database();
  Database(const Database &) = delete;
  Database &operator=(const Database &) = delete;

  void execute(const std::string &sql);
  Query query(const std::string &sql);
  [[noreturn]] void fail(int code) const;
  sqlite3 *handle() const { return handle_; }
  /// For the commits from here on; outside a transaction only.
  void survive(Survives survives);

 private:
  std::filesystem::path file_;
  std::optional<Survives> survives_;  ///< as set last
  sqlite3 *handle_ = nullptr;
  std::map<std::string, sqlite3_stmt *> statements_;
};

/// BEGIN IMMEDIATE ... COMMIT; rolls back when commit() was not reached.
class Transaction {
 public:
  explicit Transaction(Database &database, Survives survives = Survives::power);
  ~Transaction();
  Transaction(const Transaction &) = delete;
  Transaction &operator=(const Transaction &) = delete;
  void commit();

 private:
  Database &database_;
  bool open_ = true;
};

}  // namespace nac::fw
