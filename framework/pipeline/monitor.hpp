// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <mutex>
#include <vector>

#include "pipeline/observer.hpp"
#include "pipeline/quantities.hpp"
#include "study/pareto.hpp"

namespace nac::fw {

/// Keeps count of a search and passes events on to an Observer, one at a time. Thread-safe.
class Monitor {
 public:
  /// `epochs`: of a trial that is trained to the end.
  Monitor(Observer &observer, std::vector<Quantity> objectives, uint64_t planned, int epochs = 0);

  void known(const Trial &trial);  ///< finished in an earlier process: counted, not reported
  void started(const Trial &trial);
  void paused();  ///< a started trial has left its worker and has not finished
  void epoch(uint64_t trial, const Epoch &epoch);
  /// `was_running`: started() was called for it.
  void finished(const Trial &trial, bool was_running);
  void plan(uint64_t trials);  ///< another number of trials in all
  void warning(const std::string &text);
  SearchStatus status() const;

 private:
  bool count(const Trial &trial);  ///< true: the front changed
  void estimate();

  mutable std::mutex mutex_;
  Observer &observer_;
  const std::vector<Quantity> objectives_;
  const int epochs_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  SearchStatus status_;
  uint64_t finished_here_ = 0;
  std::vector<Objectives> front_;  ///< beside status_.front
  Objectives ideal_, worst_;
};

}  // namespace nac::fw
