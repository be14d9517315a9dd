// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/choice.hpp"
#include "report/compress_data.hpp"
#include "report/front_figures.hpp"
#include "study/published.hpp"
#include "study/quantity.hpp"
#include "study/study.hpp"
#include "study/summary.hpp"
#include "study/trial.hpp"

namespace nac::fw {

/// A size class in a report.
struct ReportClass {
  std::string name;
  double limit = 0;  ///< upper bound of the BOPs
  std::optional<uint64_t> trial;
  std::map<std::string, double> test;     ///< metrics on the test split, means over seeds; empty: not evaluated
  std::map<std::string, double> test_sd;  ///< where several models were tested
};

/// How trainings were ended early and repeated.
struct ReportFidelity {
  std::string kind = "none";
  int eta = 0, epochs = 0, repeats = 1;  ///< epochs: of one training to the end
  double grace = 0;
  std::vector<int> rungs;         ///< their epochs
  std::size_t stopped = 0;        ///< trials
  double trained = 0, saved = 0;  ///< epochs; saved: that the stopped trials would have been trained for to the end
  double saved_share() const { return trained + saved > 0 ? saved / (trained + saved) : 0; }
};

/// Everything a report says, read from a study alone: no plugin and no engine is needed to write it again.
struct ReportData {
  std::string name;
  std::vector<Quantity> quantities;  ///< the task's metrics, then the costs
  std::vector<Quantity> objectives;
  std::vector<Trial> trials;              ///< with means where there are several results, see summarize()
  std::map<uint64_t, Spread> spreads;     ///< of those
  std::vector<Study::RungRow> rungs;      ///< by trial and rung
  std::vector<Study::ResultRow> results;  ///< by trial and repeat
  ReportFidelity fidelity;
  std::vector<uint64_t> front;  ///< trial numbers, ascending by BOPs
  FrontFigures figures;
  std::vector<ReportClass> classes;
  std::vector<TunedNetwork> tuned;           ///< by `nac tune`, by trial
  std::vector<CompressNetwork> compressed;   ///< by `nac compress`, by trial
  Choice choice;                             ///< of `nac choose`
  std::vector<Study::HardwareRow> hardware;  ///< networks that became projects, by name
  std::vector<PublishedRow> published;       ///< figures of others of those networks
  std::vector<StudyPlugin> plugins;
  std::vector<std::pair<std::string, std::string>> made_with;  ///< what and which: program, engine, seed, BOPs, ...
  std::string task;                                            ///< the task's own words about its data
  std::string manifest;

  const Trial &trial(uint64_t number) const;                       ///< throws Error
  const Spread *spread(uint64_t number) const;                     ///< nothing for a trial with one result
  const std::map<std::string, double> *sd(uint64_t number) const;  ///< of the same
  int seeds(uint64_t number) const;                                ///< results of a measured trial
  /// What the front is drawn and listed by: the first objective that is not free, or the task's first metric.
  const Quantity &metric() const;
};

/// Throws Error for a study without a search.
ReportData read_report_data(const Study &study);

}  // namespace nac::fw
