// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "study/trial.hpp"

namespace nac::fw {

/// How a search stands, after each finished trial.
struct SearchStatus {
  uint64_t planned = 0;  ///< trials in all, presets included
  uint64_t finished = 0, complete = 0, stopped = 0, infeasible = 0, failed = 0, duplicates = 0, running = 0;
  double epochs = 0;        ///< trained
  double epochs_saved = 0;  ///< that the stopped trials would have been trained for to the end
  /// Lowest value of each objective among measured, feasible trials, in the sign people use; NaN: none yet.
  struct Best {
    std::string name;
    double value = 0;
    uint64_t trial = 0;
  };
  std::vector<Best> best;
  std::vector<uint64_t> front;  ///< trial numbers, ascending
  /// Volume that the front dominates in the box between the best and the worst value seen of each objective: 0 to 1.
  double hypervolume = 0;
  double seconds = 0;            ///< since the stage began in this process
  double trials_per_second = 0;  ///< finished in this process
  double seconds_left = -1;      ///< -1: not known yet
};

/// How a stage after the search stands, after each of its trainings.
struct StageStatus {
  std::string stage;
  uint64_t finished = 0, failed = 0, planned = 0;  ///< trainings; planned 0: not known
  std::string latest;                              ///< "trial 3 {\"bits\":4} prune 2: accuracy 0.71, bops 3.2e+04"
  bool bad = false;                                ///< the latest failed
};

/// Hears what happens. Calls come one at a time, from any thread, and must return quickly; warning and note may come
/// beside another. Exceptions end the run.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void stage_started(const std::string & /*name*/, const std::string & /*what*/) {}
  virtual void stage_finished(const std::string & /*name*/, const std::string & /*result*/) {}
  virtual void trial_started(const Trial & /*trial*/, const SearchStatus & /*status*/) {}
  virtual void epoch(uint64_t /*trial*/, const Epoch & /*epoch*/) {}
  virtual void trial_finished(const Trial & /*trial*/, const SearchStatus & /*status*/) {}
  virtual void front_changed(const Trial & /*trial*/, const SearchStatus & /*status*/) {}
  virtual void stage_advanced(const StageStatus & /*status*/) {}
  virtual void warning(const std::string & /*text*/) {}
  /// Worth a line, and no reason to worry.
  virtual void note(const std::string & /*text*/) {}
};

}  // namespace nac::fw
