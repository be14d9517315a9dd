// SPDX-License-Identifier: Apache-2.0
#include "study/schema.hpp"

#include "base/error.hpp"

namespace nac::fw {
namespace {

/// "NACS": tells `file` and other programs whose database it is.
constexpr int64_t kApplication = 0x4E414353;

/// Text where people may look with the sqlite3 shell; numbers of trials are row ids.
constexpr const char *kTables = R"sql(
CREATE TABLE texts (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE plugins (position INTEGER PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL, path TEXT NOT NULL,
  sha256 TEXT NOT NULL);
CREATE TABLE trials (number INTEGER PRIMARY KEY, state TEXT NOT NULL, point TEXT NOT NULL, preset TEXT NOT NULL,
  told_before INTEGER NOT NULL, hash TEXT NOT NULL, duplicate_of INTEGER NOT NULL, architecture TEXT NOT NULL,
  reason TEXT NOT NULL, feasible INTEGER NOT NULL, model TEXT NOT NULL);
CREATE TABLE metrics (trial INTEGER NOT NULL REFERENCES trials, name TEXT NOT NULL, value REAL,
  PRIMARY KEY (trial, name)) WITHOUT ROWID;
CREATE TABLE objectives (trial INTEGER NOT NULL REFERENCES trials, position INTEGER NOT NULL, value REAL,
  PRIMARY KEY (trial, position)) WITHOUT ROWID;
CREATE TABLE transitions (id INTEGER PRIMARY KEY, trial INTEGER NOT NULL REFERENCES trials, state TEXT NOT NULL,
  unix_time REAL NOT NULL);
CREATE TABLE epochs (trial INTEGER NOT NULL REFERENCES trials, epoch INTEGER NOT NULL, learning_rate REAL,
  train_loss REAL, validation_loss REAL, PRIMARY KEY (trial, epoch)) WITHOUT ROWID;
CREATE TABLE epoch_metrics (trial INTEGER NOT NULL, epoch INTEGER NOT NULL, position INTEGER NOT NULL, value REAL,
  PRIMARY KEY (trial, epoch, position)) WITHOUT ROWID;
CREATE TABLE rungs (trial INTEGER NOT NULL REFERENCES trials, rung INTEGER NOT NULL, epoch INTEGER NOT NULL,
  decision TEXT NOT NULL, note TEXT NOT NULL, checkpoint TEXT NOT NULL, model TEXT NOT NULL,
  PRIMARY KEY (trial, rung)) WITHOUT ROWID;
CREATE TABLE rung_objectives (trial INTEGER NOT NULL, rung INTEGER NOT NULL, position INTEGER NOT NULL, value REAL,
  PRIMARY KEY (trial, rung, position)) WITHOUT ROWID;
CREATE TABLE results (trial INTEGER NOT NULL REFERENCES trials, repeat INTEGER NOT NULL, reason TEXT NOT NULL,
  model TEXT NOT NULL, PRIMARY KEY (trial, repeat)) WITHOUT ROWID;
CREATE TABLE result_metrics (trial INTEGER NOT NULL, repeat INTEGER NOT NULL, name TEXT NOT NULL, value REAL,
  PRIMARY KEY (trial, repeat, name)) WITHOUT ROWID;
CREATE TABLE tunes (trial INTEGER NOT NULL REFERENCES trials, number INTEGER NOT NULL, point TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL, model TEXT NOT NULL, PRIMARY KEY (trial, number)) WITHOUT ROWID;
CREATE TABLE tune_metrics (trial INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, value REAL,
  PRIMARY KEY (trial, number, name)) WITHOUT ROWID;
CREATE TABLE compressions (trial INTEGER NOT NULL REFERENCES trials, chain TEXT NOT NULL, position INTEGER NOT NULL,
  pass TEXT NOT NULL, iteration INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, last INTEGER NOT NULL,
  model TEXT NOT NULL, deployed TEXT NOT NULL, pass_state TEXT NOT NULL,
  PRIMARY KEY (trial, chain, position)) WITHOUT ROWID;
CREATE TABLE compression_metrics (trial INTEGER NOT NULL, chain TEXT NOT NULL, position INTEGER NOT NULL,
  name TEXT NOT NULL, value REAL, PRIMARY KEY (trial, chain, position, name)) WITHOUT ROWID;
CREATE TABLE tells (position INTEGER PRIMARY KEY, trial INTEGER NOT NULL UNIQUE REFERENCES trials);
)sql";

/// Since schema 4.
constexpr const char *kHardwareTables = R"sql(
CREATE TABLE hardware (name TEXT NOT NULL, network TEXT NOT NULL, backend TEXT NOT NULL, parameters TEXT NOT NULL,
  model TEXT NOT NULL, folder TEXT NOT NULL, vectors INTEGER NOT NULL, differences INTEGER NOT NULL,
  PRIMARY KEY (backend, parameters, model)) WITHOUT ROWID;
CREATE TABLE hardware_values (backend TEXT NOT NULL, parameters TEXT NOT NULL, model TEXT NOT NULL,
  position INTEGER NOT NULL, quantity TEXT NOT NULL, unit TEXT NOT NULL, estimate REAL, low REAL, high REAL,
  report REAL, PRIMARY KEY (backend, parameters, model, position)) WITHOUT ROWID;
)sql";

/// The oldest schema that upgrade() knows.
constexpr int kOldestSchema = 3;

int64_t pragma(Database &database, const char *name) {
  Query query = database.query(std::string("PRAGMA ") + name);
  return query.step() ? query.integer(0) : 0;
}

}  // namespace

void set_durable(Database &database) {
  database.survive(Survives::power);
  database.execute("PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=1000;");
}

void create_schema(Database &database) {
  database.execute("PRAGMA journal_mode=WAL;");
  set_durable(database);
  Transaction transaction(database);
  database.execute(kTables);
  database.execute(kHardwareTables);
  database.execute("PRAGMA application_id=" + std::to_string(kApplication) +
                   "; PRAGMA user_version=" + std::to_string(kStudySchema) + ";");
  transaction.commit();
}

void check_schema(Database &database, const std::filesystem::path &file) {
  const int64_t application = pragma(database, "application_id");
  if (application != kApplication)
    throw Error("'" + file.string() + "' is an SQLite database, but no NAC study (application id " +
                    std::to_string(application) + ", expected " + std::to_string(kApplication) + ")",
                NAC_DATA_LOSS);
  const int64_t version = pragma(database, "user_version");
  if (version < kOldestSchema || version > kStudySchema)
    throw Error("'" + file.string() + "' has study schema " + std::to_string(version) + "; this program reads schema " +
                    std::to_string(kStudySchema) +
                    (version > kStudySchema ? ": it was written by a newer version of nac, which is needed to open it"
                     : version > 0 ? ": it was written by an older version of nac; report or finish it with that, or "
                                     "start a new study"
                                   : ": no program ever wrote that; the file is damaged"),
                NAC_UNSUPPORTED);
}

void upgrade(Database &database) {
  if (pragma(database, "user_version") == kStudySchema) return;
  Transaction transaction(database);
  database.execute(kHardwareTables);
  database.execute("PRAGMA user_version=" + std::to_string(kStudySchema) + ";");
  transaction.commit();
}

bool has_table(Database &database, const std::string &name) {
  return database.query("SELECT 1 FROM sqlite_master WHERE type='table' AND name=?").bind(name).step();
}

}  // namespace nac::fw
