// SPDX-License-Identifier: Apache-2.0
#include "pipeline/trial_table.hpp"

#include <chrono>

namespace nac::fw {

TrialTable::TrialTable(Study &study) : study_(study) {
  for (Trial &t : study_.trials()) trials_.emplace(t.number, std::move(t));
}

bool TrialTable::has(uint64_t number) const {
  const std::lock_guard lock(mutex_);
  return trials_.count(number) != 0;
}

Trial TrialTable::get(uint64_t number) const {
  const std::lock_guard lock(mutex_);
  return trials_.at(number);
}

void TrialTable::keep(const Trial &trial) {
  const std::lock_guard lock(mutex_);
  trials_.insert_or_assign(trial.number, trial);
  changed_.notify_all();
}

void TrialTable::add(const Trial &trial) {
  study_.add_trial(trial);
  keep(trial);
}

void TrialTable::update(const Trial &trial) {
  study_.update_trial(trial);
  keep(trial);
}

void TrialTable::commit(const Study::Step &step) {
  study_.commit(step);
  keep(step.trial);
}

bool TrialTable::wait_finished(uint64_t number, const std::function<bool()> &give_up) {
  std::unique_lock lock(mutex_);
  while (!trials_.at(number).finished()) {
    lock.unlock();
    const bool stop = give_up();
    lock.lock();
    if (stop && !trials_.at(number).finished()) return false;
    if (!trials_.at(number).finished()) changed_.wait_for(lock, std::chrono::milliseconds(20));
  }
  return true;
}

uint64_t TrialTable::first_with(const std::string &hash, uint64_t number) {
  const std::lock_guard lock(mutex_);
  return by_hash_.try_emplace(hash, number).first->second;
}

}  // namespace nac::fw
