// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "pipeline/candidates.hpp"
#include "pipeline/monitor.hpp"
#include "pipeline/search.hpp"
#include "pipeline/train_trial.hpp"
#include "pipeline/trainings.hpp"
#include "pipeline/trial_table.hpp"
#include "pipeline/workers.hpp"

namespace nac::fw {

/// One run of the search stage. The calling thread asks, builds and tells, always in the order of the trial numbers;
/// the trainings run on the workers. So everything that depends on order (duplicates, asks, tells) is settled on one
/// thread.
class SearchRun {
 public:
  explicit SearchRun(const SearchInputs &in);
  ~SearchRun();
  SearchEnd run();

 private:
  using Build = std::function<Graph()>;

  bool stopping() const;
  /// All asks and tells; false when it was stopped before the end.
  bool drive();
  bool ask_next();
  bool tell_next();
  void prepare(Trial trial, const Build &build);
  void build_and_submit(Trial trial, const Build &build);
  void end_untrained(Trial trial, TrialState state, const std::string &reason);
  /// Waits for a trial; answers a duplicate from the trial that it repeats. False: stopped.
  bool settle(uint64_t number);
  void compare_with_recorded(const Trial &trial) const;
  void stop_if_all_fail(const Trial &told);
  uint64_t number_of(uint64_t index) const { return presets_ + index; }

  const SearchInputs &in_;
  const SearchStage &stage_;
  const uint64_t presets_, lookahead_;
  TrialTable table_;
  SharedSplits splits_;
  TrainContext context_;
  TaskCandidates candidates_;  ///< before the search, which asks it
  Monitor monitor_;
  std::unique_ptr<SearchPort> search_;
  std::atomic<bool> abort_{false};  ///< trainings end before their next batch
  Trainings trainings_;
  const std::vector<uint64_t> recorded_tells_;
  std::vector<Point> points_;          ///< of the search's trials
  std::map<uint64_t, Trial> repeats_;  ///< duplicates that wait for the trial that they repeat
  uint64_t told_ = 0, told_failed_ = 0;
  bool any_measured_ = false, exhausted_ = false;
  Workers workers_;  ///< last: its threads use everything above
};

}  // namespace nac::fw
