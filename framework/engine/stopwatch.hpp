// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <chrono>
#include <map>
#include <string>

namespace nac::fw {

enum class Phase { data, forward, backward, optimizer, evaluation, other };

/// Where the time of a training goes. One phase runs at a time; switching costs one clock reading. On a GPU, phases
/// show when work was handed over, not when it was done, except where a result is read back.
class Stopwatch {
 public:
  void enter(Phase phase) {
    const auto now = std::chrono::steady_clock::now();
    seconds_[static_cast<std::size_t>(phase_)] += std::chrono::duration<double>(now - since_).count();
    since_ = now;
    phase_ = phase;
  }
  double seconds(Phase phase) const { return seconds_[static_cast<std::size_t>(phase)]; }
  double total() const {
    double sum = 0;
    for (const double s : seconds_) sum += s;
    return sum;
  }
  /// Fractions of the total, by name; what is left to 1 is bookkeeping and the caller's on_epoch.
  std::map<std::string, double> shares() const {
    const double all = total() > 0 ? total() : 1;
    return {{"data", seconds(Phase::data) / all},
            {"forward", seconds(Phase::forward) / all},
            {"backward", seconds(Phase::backward) / all},
            {"optimizer", seconds(Phase::optimizer) / all},
            {"evaluation", seconds(Phase::evaluation) / all}};
  }

 private:
  std::array<double, 6> seconds_{};
  Phase phase_ = Phase::other;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace nac::fw
