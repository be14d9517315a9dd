// SPDX-License-Identifier: Apache-2.0
#include "report/csv.hpp"

#include "report/number_text.hpp"

namespace nac::fw {
namespace {

constexpr const char *kTraining[] = {"epochs", "best_epoch", "seconds", "samples_per_second"};

std::string value_of(const Trial &trial, const std::string &name) {
  const auto at = trial.metrics.find(name);
  return at == trial.metrics.end() ? "" : exact_text(at->second);
}

}  // namespace

std::string csv_text(const std::vector<std::vector<std::string>> &rows) {
  std::string text;
  for (const std::vector<std::string> &row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) text += ',';
      if (row[i].find_first_of(",\"\r\n") == std::string::npos) {
        text += row[i];
        continue;
      }
      text += '"';
      for (const char c : row[i]) {
        if (c == '"') text += '"';
        text += c;
      }
      text += '"';
    }
    text += "\r\n";
  }
  return text;
}

std::string trials_csv(const ReportData &data, const std::vector<uint64_t> &trials) {
  std::vector<std::string> header = {"trial", "state", "feasible", "preset", "duplicate_of"};
  for (const Quantity &q : data.quantities) header.push_back(q.name);
  for (const Quantity &q : data.quantities)
    if (!q.free) header.push_back(q.name + "_sd");
  header.push_back("seeds");
  header.insert(header.end(), std::begin(kTraining), std::end(kTraining));
  for (const char *name : {"told_before", "hash", "architecture", "point", "reason", "model"}) header.push_back(name);
  std::vector<std::vector<std::string>> rows = {header};
  for (const uint64_t number : trials) {
    const Trial &t = data.trial(number);
    std::vector<std::string> row = {std::to_string(t.number), name_of(t.state), t.feasible ? "1" : "0", t.preset,
                                    t.duplicate_of < 0 ? "" : std::to_string(t.duplicate_of)};
    for (const Quantity &q : data.quantities) row.push_back(value_of(t, q.name));
    const std::map<std::string, double> *sd = data.sd(number);
    for (const Quantity &q : data.quantities) {
      if (q.free) continue;
      row.push_back(sd != nullptr && sd->count(q.name) != 0 ? exact_text(sd->at(q.name)) : "");
    }
    row.push_back(!t.measured() ? "" : std::to_string(data.seeds(number)));
    for (const char *name : kTraining) row.push_back(value_of(t, name));
    for (const std::string &text : {std::to_string(t.told_before), t.hash, t.architecture, t.point, t.reason, t.model})
      row.push_back(text);
    rows.push_back(std::move(row));
  }
  return csv_text(rows);
}

}  // namespace nac::fw
