// SPDX-License-Identifier: Apache-2.0
#include "study/database.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.hpp"

namespace nac::fw {
namespace {

std::string uri_of(const std::filesystem::path &file, const char *options) {
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    if (c == '?' || c == '#' || c == '%') {
      static const char *hex = "0123456789ABCDEF";
      uri += '%';
      uri += hex[static_cast<unsigned char>(c) >> 4];
      uri += hex[static_cast<unsigned char>(c) & 15];
    } else {
      uri += c;
    }
  }
  return uri + options;
}

}  // namespace

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query &Query::bind(int64_t value) {
  if (const int code = sqlite3_bind_int64(statement_, next_++, value); code != SQLITE_OK) database_.fail(code);
  return *this;
}

Query &Query::bind(double value) {
  const int code =
      std::isnan(value) ? sqlite3_bind_null(statement_, next_) : sqlite3_bind_double(statement_, next_, value);
  ++next_;
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

Query &Query::bind(const std::string &value) {
  const int code = sqlite3_bind_text64(statement_, next_++, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) database_.fail(code);
  return *this;
}

bool Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_.fail(code);
  return false;
}

int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

double Query::number(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(statement_, column);
}

std::string Query::text(int column) const {
  const auto *data = reinterpret_cast<const char *>(sqlite3_column_text(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Database::Database(const std::filesystem::path &file, Access access) : file_(file) {
  const auto open = [&](const char *options, int flags) {
    const int code = sqlite3_open_v2(uri_of(file_, options).c_str(), &handle_,
                                     flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
    if (handle_ != nullptr) {
      sqlite3_extended_result_codes(handle_, 1);
      sqlite3_busy_timeout(handle_, 10000);
    }
    return code;
  };
  // The first read finds out whether the file is usable at all.
  const auto probe = [&] {
    return sqlite3_exec(handle_, "SELECT count(*) FROM sqlite_schema", nullptr, nullptr, nullptr);
  };
  int code = open("", access == Access::read    ? SQLITE_OPEN_READONLY
                      : access == Access::write ? SQLITE_OPEN_READWRITE
                                                : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (code == SQLITE_OK) code = probe();
  // A write-ahead log needs a writable folder even to be read. Where nothing is left in one, the file alone will do.
  std::filesystem::path log = file_;
  log += "-wal";
  std::error_code ignored;
  if (access == Access::read && ((code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_READONLY) &&
      std::filesystem::exists(file_, ignored) && !std::filesystem::exists(log, ignored)) {
    sqlite3_close(handle_);
    handle_ = nullptr;
    code = open("?immutable=1", SQLITE_OPEN_READONLY);
    if (code == SQLITE_OK) code = probe();
  }
  if (code == SQLITE_OK) return;
  try {
    fail(code);
  } catch (...) {
    sqlite3_close(handle_);
    throw;
  }
}

Database::~Database() {
  for (const auto &[sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

void Database::execute(const std::string &sql) {
  if (const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK) fail(code);
}

Query Database::query(const std::string &sql) {
  sqlite3_stmt *&statement = statements_[sql];
  if (statement == nullptr) {
    const int code = sqlite3_prepare_v3(handle_, sql.c_str(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
    if (code != SQLITE_OK) fail(code);
  }
  return {*this, statement};
}

void Database::fail(int code) const {
  std::string detail = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  if (handle_ != nullptr && (code & 0xff) == SQLITE_IOERR && sqlite3_system_errno(handle_) != 0)
    detail += std::string(" (") + std::strerror(sqlite3_system_errno(handle_)) + ")";
  const std::string name = "'" + file_.string() + "'";
  switch (code & 0xff) {
    case SQLITE_FULL:
      throw Error("no space is left on the disk of " + name + ": " + detail +
                      "; everything committed so far is kept: free some space and resume",
                  NAC_RESOURCE_EXHAUSTED);
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      throw Error(name + " is damaged: " + detail + "; restore it from a copy or start a new study", NAC_DATA_LOSS);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      throw Error("cannot open " + name + " for writing or reading: " + detail +
                      "; check that the folder exists and that its permissions allow it",
                  NAC_FAILED_PRECONDITION);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: throw Error(name + " is locked by another program: " + detail, NAC_UNAVAILABLE);
    case SQLITE_IOERR:
      throw Error("reading or writing " + name + " failed: " + detail +
                      "; everything committed so far is kept: check the disk and resume",
                  NAC_RESOURCE_EXHAUSTED);
    case SQLITE_NOMEM: throw Error("out of memory in " + name, NAC_RESOURCE_EXHAUSTED);
    default: throw Error(name + ": " + detail + " (SQLite code " + std::to_string(code) + ")");
  }
}

void Database::survive(Survives survives) {
  if (survives_ == survives) return;
  // With a write-ahead log NORMAL never loses what a killed process had committed; only FULL waits for the disk.
  execute(survives == Survives::power ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
  survives_ = survives;
}

Transaction::Transaction(Database &database, Survives survives) : database_(database) {
  database_.survive(survives);
  database_.query("BEGIN IMMEDIATE").run();
}

Transaction::~Transaction() {
  // After some failures SQLite has rolled back by itself; a second ROLLBACK would only report that.
  if (open_ && sqlite3_get_autocommit(database_.handle()) == 0)
    sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.query("COMMIT").run();
  open_ = false;
}

}  // namespace nac::fw
