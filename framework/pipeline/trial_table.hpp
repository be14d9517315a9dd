// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "study/study.hpp"
#include "study/trial.hpp"

namespace nac::fw {

/// The trials of a study in memory, shared between the thread that asks and those that train. Every change is committed
/// to the study before anybody sees it here. Thread-safe.
class TrialTable {
 public:
  explicit TrialTable(Study &study);

  bool has(uint64_t number) const;
  Trial get(uint64_t number) const;  ///< of a trial that there is
  void add(const Trial &trial);
  void update(const Trial &trial);
  /// Commits a step of a training with all that belongs to it.
  void commit(const Study::Step &step);
  /// Waits until the trial has finished; looks at `give_up` every few milliseconds and returns false when it says so.
  bool wait_finished(uint64_t number, const std::function<bool()> &give_up);
  /// The lowest trial number with this architecture; registers `number` when there is none lower.
  uint64_t first_with(const std::string &hash, uint64_t number);

 private:
  void keep(const Trial &trial);

  Study &study_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, Trial> trials_;
  std::map<std::string, uint64_t> by_hash_;
};

}  // namespace nac::fw
