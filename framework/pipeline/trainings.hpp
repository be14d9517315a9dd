// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "pipeline/fidelity/rung_gate.hpp"
#include "pipeline/monitor.hpp"
#include "pipeline/search.hpp"
#include "pipeline/train_trial.hpp"
#include "pipeline/trial_table.hpp"
#include "pipeline/workers.hpp"

namespace nac::fw {

/// Between a built graph and a finished trial. A trial is a chain of jobs: the first training from rung to rung, where
/// it is paused until the decision can be taken, then the trainings with further seeds. What a job found is in the
/// study before the next one is given to the workers, so that a resumed study goes on with the job that was cut off.
/// start(), skip() and known() are called in the order of trial numbers, one of them for each.
class Trainings {
 public:
  struct Parts {
    const SearchInputs &in;
    const TrainContext &context;
    TrialTable &table;
    Monitor &monitor;
    Workers &workers;
    const std::atomic<bool> &abort;  ///< trainings end before their next batch
  };
  explicit Trainings(const Parts &parts);

  void start(Trial trial, Graph graph);
  void skip(uint64_t number);      ///< it is not trained
  void known(const Trial &trial);  ///< it finished in an earlier process

 private:
  using Rungs = std::vector<Study::RungRow>;
  using Results = std::vector<Study::ResultRow>;
  struct Active {
    Trial trial;
    Graph graph;
    Rungs rungs;      ///< that it has reached
    Results results;  ///< of trainings that have ended, where there are several
  };

  bool stopping() const;
  int next_rung(const Active &active) const { return static_cast<int>(active.rungs.size()) + 1; }
  int end_of_part(const Active &active) const;
  void submit(uint64_t number);
  void run_part(uint64_t number);
  TrainedTrial train(const Active &active);
  void paused(uint64_t number, TrainedTrial trained);
  void ended(uint64_t number, TrainedTrial trained);
  void finish(Active &active, Trial trial, const std::vector<Study::EpochRow> &epochs, Rungs rungs, Results results);
  /// Everything that can be decided now. With the mutex held.
  void decide();
  void stop(Active &active, const std::string &note);
  void remove_old_artifacts(const Trial &trial, const Rungs &rungs, const Results &results, bool unfinished) const;

  const Parts parts_;
  const SearchStage &stage_;
  const std::vector<int> rung_epochs_;
  std::map<uint64_t, Rungs> recorded_rungs_;  ///< by earlier processes
  std::map<uint64_t, Results> recorded_results_;
  std::mutex mutex_;
  RungGate gate_;
  std::map<uint64_t, Active> active_;
};

/// Null where the search does not ask for costs of [hardware].
std::shared_ptr<const HardwareCosts> hardware_costs(const SearchInputs &in);
/// What the trainings of a search or of its confirmation have in common.
TrainContext train_context(const SearchInputs &in, SharedSplits &splits);

/// Mean metrics of a trial with several trainings: those of the first, with means in place of what training decides,
/// and sums of seconds and epochs.
std::map<std::string, double> mean_metrics(const std::vector<Study::ResultRow> &results, const TaskInfo &task,
                                           const std::vector<Quantity> &hardware = {});

}  // namespace nac::fw
