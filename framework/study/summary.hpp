// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "study/quantity.hpp"
#include "study/study.hpp"
#include "study/trial.hpp"

namespace nac::fw {

/// Arithmetic mean and sample standard deviation (0 for one value).
struct MeanSd {
  double mean = 0, sd = 0;
};
MeanSd mean_sd(const std::vector<double> &values);

/// Trainings of one trial with different seeds.
struct Spread {
  int results = 1, failed = 0;
  std::map<std::string, double> sd;  ///< of each metric that training decides
};

/// The trials of a study, judged by everything that is known about them now rather than by what the search was told.
struct Summary {
  /// By number. Of a trial with several results the metrics are means, and objectives and feasibility those of the
  /// means; one of whose seeds any failed is not feasible. A trial that repeats another has that one's values.
  std::vector<Trial> trials;
  std::map<uint64_t, Spread> spreads;  ///< of trials with several results
};

/// `results` that lack a trial's own seed (repeat 0) are beside it: its own result is the trial's row.
Summary summarize(std::vector<Trial> trials, const std::vector<Study::ResultRow> &results,
                  const std::vector<Quantity> &quantities, const std::vector<Quantity> &objectives,
                  const std::vector<Constraint> &constraints);
/// The same with what a study says of its quantities, objectives and constraints.
Summary summarize(const Study &study);
/// With these of its results.
Summary summarize(const Study &study, const std::vector<Study::ResultRow> &results);

}  // namespace nac::fw
