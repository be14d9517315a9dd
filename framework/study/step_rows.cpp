// SPDX-License-Identifier: Apache-2.0
//
// What trainings leave besides the row of their trial: rungs, and results of further seeds.
#include "base/error.hpp"
#include "study/study.hpp"
#include "study/study_state.hpp"
#include "study/trial_rows.hpp"

namespace nac::fw {
namespace {

void write_rung(Database &db, const Study::RungRow &r) {
  db.query("INSERT OR REPLACE INTO rungs VALUES (?,?,?,?,?,?,?)")
      .bind(r.trial)
      .bind(r.rung)
      .bind(r.epoch)
      .bind(r.decision)
      .bind(r.note)
      .bind(r.checkpoint)
      .bind(r.model)
      .run();
  db.query("DELETE FROM rung_objectives WHERE trial=? AND rung=?").bind(r.trial).bind(r.rung).run();
  for (std::size_t i = 0; i < r.objectives.size(); ++i)
    db.query("INSERT INTO rung_objectives VALUES (?,?,?,?)")
        .bind(r.trial)
        .bind(r.rung)
        .bind(uint64_t{i})
        .bind(r.objectives[i])
        .run();
}

void write_result(Database &db, const Study::ResultRow &r) {
  db.query("INSERT OR REPLACE INTO results VALUES (?,?,?,?)")
      .bind(r.trial)
      .bind(r.repeat)
      .bind(r.reason)
      .bind(r.model)
      .run();
  db.query("DELETE FROM result_metrics WHERE trial=? AND repeat=?").bind(r.trial).bind(r.repeat).run();
  for (const auto &[name, value] : r.metrics)
    db.query("INSERT INTO result_metrics VALUES (?,?,?,?)").bind(r.trial).bind(r.repeat).bind(name).bind(value).run();
}

}  // namespace

void Study::commit(const Step &step) {
  const std::lock_guard lock(state_->mutex);
  state_->require_writable();
  Database &db = *state_->database;
  Transaction transaction(db);
  change_trial(db, step.trial);
  if (!step.epochs.empty()) write_epochs(db, step.trial.number, step.epochs);
  for (const RungRow &r : step.rungs) write_rung(db, r);
  for (const ResultRow &r : step.results) write_result(db, r);
  transaction.commit();
}

void Study::add_rung(const RungRow &row) {
  const std::lock_guard lock(state_->mutex);
  state_->require_writable();
  // A resumed run decides the same again.
  Transaction transaction(*state_->database, Survives::kill);
  write_rung(*state_->database, row);
  transaction.commit();
}

void Study::add_result(const ResultRow &row) {
  const std::lock_guard lock(state_->mutex);
  state_->require_writable();
  Transaction transaction(*state_->database);
  write_result(*state_->database, row);
  transaction.commit();
}

std::vector<Study::RungRow> Study::rungs() const {
  const std::lock_guard lock(state_->mutex);
  Database &db = *state_->database;
  std::vector<RungRow> rows;
  {
    Query query =
        db.query("SELECT trial, rung, epoch, decision, note, checkpoint, model FROM rungs ORDER BY trial, rung");
    while (query.step())
      rows.push_back({static_cast<uint64_t>(query.integer(0)),
                      static_cast<int>(query.integer(1)),
                      static_cast<int>(query.integer(2)),
                      {},
                      query.text(3),
                      query.text(4),
                      query.text(5),
                      query.text(6)});
  }
  for (RungRow &row : rows) {
    Query query = db.query("SELECT value FROM rung_objectives WHERE trial=? AND rung=? ORDER BY position");
    query.bind(row.trial).bind(row.rung);
    while (query.step()) row.objectives.push_back(query.number(0));
  }
  return rows;
}

std::vector<Study::ResultRow> Study::results() const {
  const std::lock_guard lock(state_->mutex);
  Database &db = *state_->database;
  std::vector<ResultRow> rows;
  {
    Query query = db.query("SELECT trial, repeat, reason, model FROM results ORDER BY trial, repeat");
    while (query.step())
      rows.push_back({static_cast<uint64_t>(query.integer(0)),
                      static_cast<int>(query.integer(1)),
                      query.text(2),
                      {},
                      query.text(3)});
  }
  for (ResultRow &row : rows) {
    Query query = db.query("SELECT name, value FROM result_metrics WHERE trial=? AND repeat=?");
    query.bind(row.trial).bind(row.repeat);
    while (query.step()) row.metrics[query.text(0)] = query.number(1);
  }
  return rows;
}

}  // namespace nac::fw
