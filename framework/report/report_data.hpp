// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/front_figures.hpp"
#include "study/quantity.hpp"
#include "study/study.hpp"
#include "study/trial.hpp"

namespace nac::fw {

/// A size class in a report.
struct ReportClass {
  std::string name;
  double limit = 0;  ///< upper bound of the BOPs
  std::optional<uint64_t> trial;
  std::map<std::string, double> test;  ///< metrics on the test split; empty: not evaluated
};

/// Everything a report says, read from a study alone: no plugin and no engine is needed to write it again.
struct ReportData {
  std::string name;
  std::vector<Quantity> quantities;  ///< the task's metrics, then the costs
  std::vector<Quantity> objectives;
  std::vector<Trial> trials;
  std::vector<uint64_t> front;  ///< trial numbers, ascending by BOPs
  FrontFigures figures;
  std::vector<ReportClass> classes;
  std::vector<StudyPlugin> plugins;
  std::vector<std::pair<std::string, std::string>> made_with;  ///< what and which: program, engine, seed, BOPs, ...
  std::string task;                                            ///< the task's own words about its data
  std::string manifest;

  const Trial &trial(uint64_t number) const;  ///< throws Error
  /// What the front is drawn and listed by: the first objective that is not free, or the task's first metric.
  const Quantity &metric() const;
};

/// Throws Error for a study without a search.
ReportData read_report_data(const Study &study);

}  // namespace nac::fw
