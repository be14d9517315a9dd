// SPDX-License-Identifier: Apache-2.0
//
// Trials, their epochs and the order of the tells.
#include <chrono>

#include "base/error.hpp"
#include "study/study.hpp"
#include "study/study_state.hpp"
#include "study/trial_rows.hpp"

namespace nac::fw {
namespace {

std::string select_trials(const char *rest) {
  std::string sql =
      "SELECT number, state, point, preset, told_before, hash, duplicate_of, architecture, reason, feasible, model "
      "FROM trials ";
  return sql += rest;
}

double unix_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

TrialState parse_state(const std::string &text) {
  for (const TrialState s : kTrialStates)
    if (text == name_of(s)) return s;
  throw Error("a trial of the study is in the unknown state '" + text + "'; the file is damaged", NAC_DATA_LOSS);
}

Trial row_of(const Query &query) {
  Trial t;
  t.number = static_cast<uint64_t>(query.integer(0));
  t.state = parse_state(query.text(1));
  t.point = query.text(2);
  t.preset = query.text(3);
  t.told_before = static_cast<uint64_t>(query.integer(4));
  t.hash = query.text(5);
  t.duplicate_of = query.integer(6);
  t.architecture = query.text(7);
  t.reason = query.text(8);
  t.feasible = query.integer(9) != 0;
  t.model = query.text(10);
  return t;
}

void read_values(Database &db, Trial &trial) {
  {
    Query query = db.query("SELECT name, value FROM metrics WHERE trial=?");
    query.bind(trial.number);
    while (query.step()) trial.metrics[query.text(0)] = query.number(1);
  }
  Query query = db.query("SELECT value FROM objectives WHERE trial=? ORDER BY position");
  query.bind(trial.number);
  while (query.step()) trial.objectives.push_back(query.number(0));
}

void write_values(Database &db, const Trial &trial) {
  db.query("DELETE FROM metrics WHERE trial=?").bind(trial.number).run();
  db.query("DELETE FROM objectives WHERE trial=?").bind(trial.number).run();
  for (const auto &[name, value] : trial.metrics)
    db.query("INSERT INTO metrics VALUES (?,?,?)").bind(trial.number).bind(name).bind(value).run();
  for (std::size_t i = 0; i < trial.objectives.size(); ++i)
    db.query("INSERT INTO objectives VALUES (?,?,?)")
        .bind(trial.number)
        .bind(uint64_t{i})
        .bind(trial.objectives[i])
        .run();
}

void write_transition(Database &db, const Trial &trial) {
  db.query("INSERT INTO transitions (trial, state, unix_time) VALUES (?,?,?)")
      .bind(trial.number)
      .bind(std::string(name_of(trial.state)))
      .bind(unix_time())
      .run();
}

/// Everything of the row but its number, in the order of the columns.
Query &bind_row(Query &query, const Trial &t) {
  return query.bind(std::string(name_of(t.state)))
      .bind(t.point)
      .bind(t.preset)
      .bind(t.told_before)
      .bind(t.hash)
      .bind(t.duplicate_of)
      .bind(t.architecture)
      .bind(t.reason)
      .bind(t.feasible ? 1 : 0)
      .bind(t.model);
}

/// What a resumed run would do again the same way need not wait for the disk: it survives a kill at once, and a loss of
/// power takes back only steps that nobody outside has seen. Results and their cost are on the disk before they count.
Survives needed_by(TrialState state) {
  return state == TrialState::asked || state == TrialState::running ? Survives::kill : Survives::power;
}

}  // namespace

void change_trial(Database &db, const Trial &t) {
  {
    Query query = db.query(
        "UPDATE trials SET state=?, point=?, preset=?, told_before=?, hash=?, duplicate_of=?, architecture=?, "
        "reason=?, feasible=?, model=? WHERE number=?");
    bind_row(query, t).bind(t.number).run();
  }
  if (sqlite3_changes(db.handle()) != 1) throw Error("trial " + std::to_string(t.number) + " is not in the study");
  write_values(db, t);
  write_transition(db, t);
}

void write_epochs(Database &db, uint64_t trial, const std::vector<Study::EpochRow> &epochs) {
  db.query("DELETE FROM epochs WHERE trial=?").bind(trial).run();
  db.query("DELETE FROM epoch_metrics WHERE trial=?").bind(trial).run();
  for (const Study::EpochRow &e : epochs) {
    db.query("INSERT INTO epochs VALUES (?,?,?,?,?)")
        .bind(trial)
        .bind(e.epoch)
        .bind(e.learning_rate)
        .bind(e.train_loss)
        .bind(e.validation_loss)
        .run();
    for (std::size_t i = 0; i < e.metrics.size(); ++i)
      db.query("INSERT INTO epoch_metrics VALUES (?,?,?,?)")
          .bind(trial)
          .bind(e.epoch)
          .bind(uint64_t{i})
          .bind(e.metrics[i])
          .run();
  }
}

void Study::add_trial(const Trial &t) {
  const std::lock_guard lock(state_->mutex);
  state_->require_writable();
  Database &db = *state_->database;
  Transaction transaction(db, needed_by(t.state));
  {
    Query known = db.query("SELECT 1 FROM trials WHERE number=?");
    if (known.bind(t.number).step()) throw Error("trial " + std::to_string(t.number) + " is in the study already");
  }
  {
    Query query = db.query(
        "INSERT INTO trials (state, point, preset, told_before, hash, duplicate_of, architecture, reason, feasible, "
        "model, number) VALUES (?,?,?,?,?,?,?,?,?,?,?)");
    bind_row(query, t).bind(t.number).run();
  }
  write_values(db, t);
  write_transition(db, t);
  transaction.commit();
}

void Study::update_trial(const Trial &t) {
  const std::lock_guard lock(state_->mutex);
  state_->require_writable();
  Transaction transaction(*state_->database, needed_by(t.state));
  change_trial(*state_->database, t);
  transaction.commit();
}

std::vector<Trial> Study::trials() const {
  const std::lock_guard lock(state_->mutex);
  Database &db = *state_->database;
  std::vector<Trial> trials;
  {
    Query query = db.query(select_trials("ORDER BY number"));
    while (query.step()) trials.push_back(row_of(query));
  }
  for (Trial &t : trials) read_values(db, t);
  return trials;
}

std::optional<Trial> Study::trial(uint64_t number) const {
  const std::lock_guard lock(state_->mutex);
  Database &db = *state_->database;
  std::optional<Trial> found;
  {
    Query query = db.query(select_trials("WHERE number=?"));
    if (query.bind(number).step()) found = row_of(query);
  }
  if (found) read_values(db, *found);
  return found;
}

std::vector<Study::Transition> Study::transitions() const {
  const std::lock_guard lock(state_->mutex);
  Query query = state_->database->query("SELECT trial, state, unix_time FROM transitions ORDER BY id");
  std::vector<Transition> rows;
  while (query.step())
    rows.push_back({static_cast<uint64_t>(query.integer(0)), parse_state(query.text(1)), query.number(2)});
  return rows;
}

void Study::add_epochs(uint64_t trial, const std::vector<EpochRow> &epochs) {
  const std::lock_guard lock(state_->mutex);
  state_->require_writable();
  Transaction transaction(*state_->database);
  write_epochs(*state_->database, trial, epochs);
  transaction.commit();
}

std::vector<Study::EpochRow> Study::epochs(uint64_t trial) const {
  const std::lock_guard lock(state_->mutex);
  Database &db = *state_->database;
  std::vector<EpochRow> rows;
  {
    Query query =
        db.query("SELECT epoch, learning_rate, train_loss, validation_loss FROM epochs WHERE trial=? ORDER BY epoch");
    query.bind(trial);
    while (query.step())
      rows.push_back(
          {trial, static_cast<int>(query.integer(0)), query.number(1), query.number(2), query.number(3), {}});
  }
  for (EpochRow &row : rows) {
    Query query = db.query("SELECT value FROM epoch_metrics WHERE trial=? AND epoch=? ORDER BY position");
    query.bind(trial).bind(row.epoch);
    while (query.step()) row.metrics.push_back(query.number(0));
  }
  return rows;
}

void Study::record_tell(uint64_t trial) {
  const std::lock_guard lock(state_->mutex);
  state_->require_writable();
  state_->database->survive(Survives::kill);
  state_->database->query("INSERT INTO tells (trial) VALUES (?)").bind(trial).run();
}

std::vector<uint64_t> Study::tells() const {
  const std::lock_guard lock(state_->mutex);
  Query query = state_->database->query("SELECT trial FROM tells ORDER BY position");
  std::vector<uint64_t> tells;
  while (query.step()) tells.push_back(static_cast<uint64_t>(query.integer(0)));
  return tells;
}

}  // namespace nac::fw
