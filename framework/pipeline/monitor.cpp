// SPDX-License-Identifier: Apache-2.0
#include "pipeline/monitor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nac::fw {

Monitor::Monitor(Observer &observer, std::vector<Quantity> objectives, uint64_t planned, int epochs)
    : observer_(observer), objectives_(std::move(objectives)), epochs_(epochs) {
  status_.planned = planned;
  for (const Quantity &q : objectives_) status_.best.push_back({q.name, std::numeric_limits<double>::quiet_NaN(), 0});
}

bool Monitor::count(const Trial &trial) {
  ++status_.finished;
  if (trial.duplicate_of >= 0) ++status_.duplicates;
  if (trial.state == TrialState::infeasible) ++status_.infeasible;
  if (trial.state == TrialState::failed) ++status_.failed;
  if (const auto at = trial.metrics.find("epochs"); at != trial.metrics.end() && trial.duplicate_of < 0) {
    status_.epochs += at->second;
    if (trial.state == TrialState::stopped) status_.epochs_saved += epochs_ - at->second;
  }
  if (!trial.measured()) return false;
  ++(trial.state == TrialState::stopped ? status_.stopped : status_.complete);
  if (!trial.feasible) return false;
  const Objectives &point = trial.objectives;
  for (std::size_t i = 0; i < point.size(); ++i)
    if (ideal_.empty() || point[i] < ideal_[i])
      status_.best[i] = {objectives_[i].name, objectives_[i].direction > 0 ? -point[i] : point[i], trial.number};
  if (ideal_.empty()) ideal_ = worst_ = point;
  for (std::size_t i = 0; i < point.size(); ++i) {
    ideal_[i] = std::min(ideal_[i], point[i]);
    worst_[i] = std::max(worst_[i], point[i]);
  }
  const bool covered =
      std::any_of(front_.begin(), front_.end(), [&](const Objectives &f) { return f == point || dominates(f, point); });
  if (!covered) {
    std::vector<uint64_t> numbers;
    std::vector<Objectives> points;
    for (std::size_t i = 0; i < front_.size(); ++i)
      if (!dominates(point, front_[i])) {
        numbers.push_back(status_.front[i]);
        points.push_back(front_[i]);
      }
    const auto at = std::lower_bound(numbers.begin(), numbers.end(), trial.number);
    points.insert(points.begin() + (at - numbers.begin()), point);
    numbers.insert(at, trial.number);
    status_.front = std::move(numbers);
    front_ = std::move(points);
  }
  // The box of values seen, scaled to unit length; an objective in which all are equal divides nothing.
  std::vector<Objectives> scaled = front_;
  for (Objectives &p : scaled)
    for (std::size_t i = 0; i < p.size(); ++i)
      p[i] = worst_[i] > ideal_[i] ? (p[i] - ideal_[i]) / (worst_[i] - ideal_[i]) : 0;
  status_.hypervolume = hypervolume(scaled, Objectives(objectives_.size(), 1.0));
  return !covered;
}

void Monitor::estimate() {
  status_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  status_.trials_per_second = status_.seconds > 0 ? static_cast<double>(finished_here_) / status_.seconds : 0;
  const uint64_t left = status_.planned > status_.finished ? status_.planned - status_.finished : 0;
  status_.seconds_left = status_.trials_per_second > 0 ? static_cast<double>(left) / status_.trials_per_second : -1;
}

void Monitor::known(const Trial &trial) {
  const std::lock_guard lock(mutex_);
  count(trial);
}

void Monitor::started(const Trial &trial) {
  const std::lock_guard lock(mutex_);
  ++status_.running;
  estimate();
  observer_.trial_started(trial, status_);
}

void Monitor::paused() {
  const std::lock_guard lock(mutex_);
  --status_.running;
}

void Monitor::epoch(uint64_t trial, const Epoch &epoch) {
  const std::lock_guard lock(mutex_);
  observer_.epoch(trial, epoch);
}

void Monitor::finished(const Trial &trial, bool was_running) {
  const std::lock_guard lock(mutex_);
  if (was_running) --status_.running;
  ++finished_here_;
  const bool changed = count(trial);
  estimate();
  observer_.trial_finished(trial, status_);
  if (changed) observer_.front_changed(trial, status_);
}

void Monitor::plan(uint64_t trials) {
  const std::lock_guard lock(mutex_);
  status_.planned = trials;
}

void Monitor::warning(const std::string &text) {
  const std::lock_guard lock(mutex_);
  observer_.warning(text);
}

SearchStatus Monitor::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

}  // namespace nac::fw
