// SPDX-License-Identifier: Apache-2.0
//
// Networks that became hardware projects.
#include "study/schema.hpp"
#include "study/study.hpp"
#include "study/study_state.hpp"

namespace nac::fw {
namespace {

void remove_row(Database &db, const std::string &backend, const std::string &parameters, const std::string &model) {
  for (const char *table : {"hardware", "hardware_values"})
    db.query(std::string("DELETE FROM ") + table + " WHERE backend=? AND parameters=? AND model=?")
        .bind(backend)
        .bind(parameters)
        .bind(model)
        .run();
}

/// A folder holds one project: what stood there before is gone.
void remove_folder(Database &db, const std::string &folder) {
  std::vector<Study::HardwareRow> rows;
  {
    Query query = db.query("SELECT backend, parameters, model FROM hardware WHERE folder=?");
    query.bind(folder);
    while (query.step()) {
      rows.emplace_back();
      rows.back().backend = query.text(0);
      rows.back().parameters = query.text(1);
      rows.back().model = query.text(2);
    }
  }
  for (const Study::HardwareRow &row : rows) remove_row(db, row.backend, row.parameters, row.model);
}

}  // namespace

void Study::set_hardware_row(const HardwareRow &row) {
  const std::lock_guard lock(state_->mutex);
  state_->require_writable();
  Database &db = *state_->database;
  Transaction transaction(db);
  if (!row.folder.empty()) remove_folder(db, row.folder);
  remove_row(db, row.backend, row.parameters, row.model);
  db.query("INSERT INTO hardware VALUES (?,?,?,?,?,?,?,?)")
      .bind(row.name)
      .bind(row.network)
      .bind(row.backend)
      .bind(row.parameters)
      .bind(row.model)
      .bind(row.folder)
      .bind(row.vectors)
      .bind(row.differences)
      .run();
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    const HardwareValue &v = row.values[i];
    db.query("INSERT INTO hardware_values VALUES (?,?,?,?,?,?,?,?,?,?)")
        .bind(row.backend)
        .bind(row.parameters)
        .bind(row.model)
        .bind(uint64_t{i})
        .bind(v.quantity)
        .bind(v.unit)
        .bind(v.estimate)
        .bind(v.low)
        .bind(v.high)
        .bind(v.report)
        .run();
  }
  transaction.commit();
}

std::vector<Study::HardwareRow> Study::hardware_rows() const {
  const std::lock_guard lock(state_->mutex);
  Database &db = *state_->database;
  if (!has_table(db, "hardware")) return {};
  std::vector<HardwareRow> rows;
  {
    Query query = db.query(
        "SELECT name, network, backend, parameters, model, folder, vectors, differences FROM hardware "
        "ORDER BY name, backend, parameters, model");
    while (query.step())
      rows.push_back({query.text(0),
                      query.text(1),
                      query.text(2),
                      query.text(3),
                      query.text(4),
                      query.text(5),
                      static_cast<uint64_t>(query.integer(6)),
                      static_cast<uint64_t>(query.integer(7)),
                      {}});
  }
  for (HardwareRow &row : rows) {
    Query query = db.query(
        "SELECT quantity, unit, estimate, low, high, report FROM hardware_values "
        "WHERE backend=? AND parameters=? AND model=? ORDER BY position");
    query.bind(row.backend).bind(row.parameters).bind(row.model);
    while (query.step())
      row.values.push_back(
          {query.text(0), query.text(1), query.number(2), query.number(3), query.number(4), query.number(5)});
  }
  return rows;
}

}  // namespace nac::fw
