// SPDX-License-Identifier: Apache-2.0
#include "report/compress_csv.hpp"

#include <set>

#include "report/csv.hpp"
#include "report/local_search.hpp"
#include "report/number_text.hpp"

namespace nac::fw {
namespace {

std::string exact(const std::map<std::string, double> &values, const std::string &name) {
  const auto at = values.find(name);
  return at == values.end() ? "" : exact_text(at->second);
}

/// The report's quantities in their order, then whatever else was measured.
std::vector<std::string> columns(const ReportData &data, const std::set<std::string> &measured) {
  std::vector<std::string> names;
  std::set<std::string> rest = measured;
  for (const Quantity &q : data.quantities)
    if (rest.erase(q.name) > 0) names.push_back(q.name);
  names.insert(names.end(), rest.begin(), rest.end());
  return names;
}

void append(std::vector<std::string> &row, const std::vector<std::string> &more) {
  row.insert(row.end(), more.begin(), more.end());
}

std::string left_of(const ReportData &data, const CompressPoint &p, const char *name) {
  const std::optional<double> value = p.value(name), whole = float_value(data, p.row.trial, name);
  return value && whole && *whole > 0 ? exact_text(*value / *whole) : "";
}

}  // namespace

std::string compress_csv(const ReportData &data) {
  std::set<std::string> measured;
  for (const CompressNetwork &n : data.compressed)
    for (const CompressChain &c : n.chains)
      for (const CompressPoint &p : c.points)
        for (const auto &[name, value] : p.row.metrics)
          if (name != "sparsity") measured.insert(name);
  const std::vector<std::string> names = columns(data, measured);
  std::vector<std::string> header = {"trial",     "network", "chain", "position", "pass",
                                     "iteration", "state",   "last",  "bits",     "sparsity"};
  append(header, names);
  append(header, {"bops_left", "parameters_left", "reason", "model", "deployed"});
  std::vector<std::vector<std::string>> rows = {header};
  for (const CompressNetwork &n : data.compressed)
    for (const CompressChain &c : n.chains)
      for (const CompressPoint &p : c.points) {
        const Study::CompressRow &r = p.row;
        std::vector<std::string> row = {std::to_string(r.trial),
                                        network_name(data, r.trial),
                                        r.chain,
                                        std::to_string(r.position),
                                        r.pass,
                                        std::to_string(r.iteration),
                                        r.state,
                                        r.last ? "1" : "0",
                                        p.bits ? std::to_string(*p.bits) : "",
                                        exact(r.metrics, "sparsity")};
        for (const std::string &name : names) row.push_back(exact(r.metrics, name));
        append(row, {left_of(data, p, "bops"), left_of(data, p, "parameters"), r.reason, r.model, r.deployed});
        rows.push_back(std::move(row));
      }
  return csv_text(rows);
}

std::string tune_csv(const ReportData &data) {
  std::set<std::string> measured;
  for (const TunedNetwork &n : data.tuned)
    for (const Study::TuneRow &r : n.rows)
      for (const auto &[name, value] : r.metrics) measured.insert(name);
  const std::vector<std::string> names = columns(data, measured);
  std::vector<std::string> header = {"trial", "network", "number", "state", "best"};
  append(header, names);
  append(header, {"recipe", "reason", "model"});
  std::vector<std::vector<std::string>> rows = {header};
  for (const TunedNetwork &n : data.tuned) {
    const Study::TuneRow *best = best_recipe(n, data.metric());
    for (const Study::TuneRow &r : n.rows) {
      std::vector<std::string> row = {std::to_string(r.trial), network_name(data, r.trial), std::to_string(r.number),
                                      r.state, &r == best ? "1" : "0"};
      for (const std::string &name : names) row.push_back(exact(r.metrics, name));
      append(row, {r.point, r.reason, r.model});
      rows.push_back(std::move(row));
    }
  }
  return csv_text(rows);
}

}  // namespace nac::fw
