// SPDX-License-Identifier: Apache-2.0
//
// What the stages after the search leave: recipes that were tried, and steps of compression.
#include <fmt/format.h>

#include "base/error.hpp"
#include "study/study.hpp"
#include "study/study_state.hpp"

namespace nac::fw {
namespace {

/// Rows of names and values that go with one row, whose key is bound to the first placeholders.
template <class Bind>
void write_metrics(Database &db, const char *sql, const std::map<std::string, double> &metrics, const Bind &bind) {
  for (const auto &[name, value] : metrics) {
    Query query = db.query(sql);
    bind(query);
    query.bind(name).bind(value).run();
  }
}

std::map<std::string, double> read_metrics(Query &query) {
  std::map<std::string, double> metrics;
  while (query.step()) metrics[query.text(0)] = query.number(1);
  return metrics;
}

}  // namespace

void Study::set_tune_row(const TuneRow &row) {
  const std::lock_guard lock(state_->mutex);
  state_->require_writable();
  Database &db = *state_->database;
  // What was only asked is asked again by a resumed run.
  Transaction transaction(db, row.state == "asked" ? Survives::kill : Survives::power);
  db.query("DELETE FROM tune_metrics WHERE trial=? AND number=?").bind(row.trial).bind(row.number).run();
  db.query("INSERT OR REPLACE INTO tunes VALUES (?,?,?,?,?,?)")
      .bind(row.trial)
      .bind(row.number)
      .bind(row.point)
      .bind(row.state)
      .bind(row.reason)
      .bind(row.model)
      .run();
  write_metrics(db, "INSERT INTO tune_metrics VALUES (?,?,?,?)", row.metrics,
                [&](Query &q) { q.bind(row.trial).bind(row.number); });
  transaction.commit();
}

std::vector<Study::TuneRow> Study::tune_rows() const {
  const std::lock_guard lock(state_->mutex);
  Database &db = *state_->database;
  std::vector<TuneRow> rows;
  {
    Query query = db.query("SELECT trial, number, point, state, reason, model FROM tunes ORDER BY trial, number");
    while (query.step())
      rows.push_back({static_cast<uint64_t>(query.integer(0)),
                      static_cast<uint64_t>(query.integer(1)),
                      query.text(2),
                      query.text(3),
                      query.text(4),
                      {},
                      query.text(5)});
  }
  for (TuneRow &row : rows) {
    Query query = db.query("SELECT name, value FROM tune_metrics WHERE trial=? AND number=?");
    query.bind(row.trial).bind(row.number);
    row.metrics = read_metrics(query);
  }
  return rows;
}

void Study::add_compress_row(const CompressRow &row) {
  const std::lock_guard lock(state_->mutex);
  state_->require_writable();
  Database &db = *state_->database;
  Transaction transaction(db);
  {
    Query known = db.query("SELECT 1 FROM compressions WHERE trial=? AND chain=? AND position=?");
    if (known.bind(row.trial).bind(row.chain).bind(row.position).step())
      throw Error(
          fmt::format("step {} of chain {} on trial {} is in the study already", row.position, row.chain, row.trial));
  }
  db.query("INSERT INTO compressions VALUES (?,?,?,?,?,?,?,?,?,?,?)")
      .bind(row.trial)
      .bind(row.chain)
      .bind(row.position)
      .bind(row.pass)
      .bind(row.iteration)
      .bind(row.state)
      .bind(row.reason)
      .bind(row.last ? 1 : 0)
      .bind(row.model)
      .bind(row.deployed)
      .bind(row.pass_state)
      .run();
  write_metrics(db, "INSERT INTO compression_metrics VALUES (?,?,?,?,?)", row.metrics,
                [&](Query &q) { q.bind(row.trial).bind(row.chain).bind(row.position); });
  transaction.commit();
}

std::vector<Study::CompressRow> Study::compress_rows() const {
  const std::lock_guard lock(state_->mutex);
  Database &db = *state_->database;
  std::vector<CompressRow> rows;
  {
    Query query = db.query(
        "SELECT trial, chain, position, pass, iteration, state, reason, last, model, deployed, pass_state "
        "FROM compressions ORDER BY trial, chain, position");
    while (query.step()) {
      CompressRow row;
      row.trial = static_cast<uint64_t>(query.integer(0));
      row.chain = query.text(1);
      row.position = static_cast<int>(query.integer(2));
      row.pass = query.text(3);
      row.iteration = static_cast<int>(query.integer(4));
      row.state = query.text(5);
      row.reason = query.text(6);
      row.last = query.integer(7) != 0;
      row.model = query.text(8);
      row.deployed = query.text(9);
      row.pass_state = query.text(10);
      rows.push_back(std::move(row));
    }
  }
  for (CompressRow &row : rows) {
    Query query = db.query("SELECT name, value FROM compression_metrics WHERE trial=? AND chain=? AND position=?");
    query.bind(row.trial).bind(row.chain).bind(row.position);
    row.metrics = read_metrics(query);
  }
  return rows;
}

}  // namespace nac::fw
