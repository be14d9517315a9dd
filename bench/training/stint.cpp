// SPDX-License-Identifier: Apache-2.0
#include "stint.hpp"

#include <algorithm>

#include "clock.hpp"

namespace nac::fw::training {
namespace {

constexpr int64_t kWarmSteps = 3;
constexpr double kWarmShare = 0.15;
constexpr double kBetweenReadings = 0.01;  ///< seconds: reading the clock is a system call

}  // namespace

bool Stint::before_step() {
  const int64_t call = calls_++;
  if (call < next_) return false;
  const double now = cpu_seconds();
  if (call == 0) begin_ = now;
  const double passed = now - begin_;
  if (call > warm_ && passed > 0)
    stride_ = std::max<int64_t>(1, static_cast<int64_t>(kBetweenReadings * static_cast<double>(call - warm_) / passed));
  next_ = call + stride_;
  if (warm_ == 0) {
    if (call < kWarmSteps || passed < kWarmShare * seconds_) return false;
    warm_ = call;
    begin_ = now;
    return false;
  }
  steps_ = call - warm_;
  elapsed_ = passed;
  return passed >= seconds_;
}

}  // namespace nac::fw::training
