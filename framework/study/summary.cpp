// SPDX-License-Identifier: Apache-2.0
#include "study/summary.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"

namespace nac::fw {
namespace {

using Rows = std::vector<const Study::ResultRow *>;

std::string need(const Study &study, const char *key) {
  const std::optional<std::string> value = study.text(key);
  if (!value)
    throw Error(fmt::format("the study '{}' has no '{}': no search was started in it", study.folder().string(), key),
                NAC_FAILED_PRECONDITION);
  return *value;
}

/// Replaces what training decides by means over all results that there are.
Spread average(Trial &trial, const Rows &rows, const std::vector<Quantity> &quantities) {
  const bool own = rows.front()->repeat != 0;  // the trial's own result is its row
  Spread spread;
  spread.results = own ? 1 : 0;
  for (const Study::ResultRow *row : rows) ++(row->reason.empty() ? spread.results : spread.failed);
  for (const Quantity &q : quantities) {
    if (q.free) continue;
    std::vector<double> values;
    if (const auto at = trial.metrics.find(q.name); own && at != trial.metrics.end()) values.push_back(at->second);
    for (const Study::ResultRow *row : rows)
      if (const auto at = row->metrics.find(q.name); at != row->metrics.end()) values.push_back(at->second);
    if (values.empty()) continue;
    const MeanSd m = mean_sd(values);
    trial.metrics[q.name] = m.mean;
    spread.sd[q.name] = m.sd;
  }
  return spread;
}

}  // namespace

MeanSd mean_sd(const std::vector<double> &values) {
  MeanSd m;
  for (const double v : values) m.mean += v / static_cast<double>(values.size());
  double squares = 0;
  for (const double v : values) squares += (v - m.mean) * (v - m.mean);
  if (values.size() > 1) m.sd = std::sqrt(squares / static_cast<double>(values.size() - 1));
  return m;
}

Summary summarize(std::vector<Trial> trials, const std::vector<Study::ResultRow> &results,
                  const std::vector<Quantity> &quantities, const std::vector<Quantity> &objectives,
                  const std::vector<Constraint> &constraints) {
  Summary summary;
  std::map<uint64_t, Rows> by_trial;
  for (const Study::ResultRow &row : results) by_trial[row.trial].push_back(&row);
  std::map<uint64_t, std::size_t> place;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    Trial &trial = trials[i];
    place[trial.number] = i;
    if (!trial.measured()) continue;
    const auto original = place.find(static_cast<uint64_t>(trial.duplicate_of));
    const uint64_t source = trial.duplicate_of >= 0 && original != place.end() ? original->first : trial.number;
    const auto rows = by_trial.find(source);
    if (rows == by_trial.end()) continue;
    if (source != trial.number) {
      const Trial &first = trials[original->second];
      for (const Quantity &q : quantities)
        if (const auto at = first.metrics.find(q.name); at != first.metrics.end()) trial.metrics[q.name] = at->second;
      trial.objectives = first.objectives;
      trial.feasible = first.feasible;
      trial.reason = first.reason;
      summary.spreads[trial.number] = summary.spreads.at(source);
      continue;
    }
    const Spread spread = average(trial, rows->second, quantities);
    trial.objectives = minimized(objectives, trial.metrics);
    std::string broken = broken_constraint(constraints, trial.metrics);
    for (const Study::ResultRow *row : rows->second)
      if (!row->reason.empty() && broken.empty())
        broken = fmt::format("failed with another seed (number {}): {}", row->repeat + 1, row->reason);
    trial.feasible = broken.empty();
    if (!broken.empty()) trial.reason = broken;
    if (spread.results + spread.failed > 1) summary.spreads[trial.number] = spread;
  }
  summary.trials = std::move(trials);
  return summary;
}

Summary summarize(const Study &study) { return summarize(study, study.results()); }

Summary summarize(const Study &study, const std::vector<Study::ResultRow> &results) {
  return summarize(study.trials(), results, quantities_from_json(need(study, "quantities")),
                   quantities_from_json(need(study, "objectives")),
                   constraints_from_json(study.text("constraints").value_or("[]")));
}

}  // namespace nac::fw
