// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace nac::fw::training {

/// Counts the steps of a training in a stretch of processor time: some steps to warm up, then those that count. Told
/// before every step.
class Stint {
 public:
  explicit Stint(double seconds) : seconds_(seconds) {}
  /// True when the time is over.
  bool before_step();
  int64_t steps() const { return steps_; }
  double seconds() const { return elapsed_; }

 private:
  double seconds_, begin_ = 0, elapsed_ = 0;
  int64_t calls_ = 0, warm_ = 0, next_ = 0, stride_ = 1, steps_ = 0;
};

}  // namespace nac::fw::training
