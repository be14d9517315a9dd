// SPDX-License-Identifier: Apache-2.0
#include "pipeline/workers.hpp"

#include <algorithm>

namespace nac::fw {
namespace {

std::size_t thread_limit(int threads) {
  using oneapi::tbb::global_control;
  // One more for the thread that submits.
  return std::max(static_cast<std::size_t>(threads) + 1,
                  global_control::active_value(global_control::max_allowed_parallelism));
}

}  // namespace

Workers::Workers(int threads)
    : threads_(oneapi::tbb::global_control::max_allowed_parallelism, thread_limit(threads)), arena_(threads, 0) {}

Workers::~Workers() {
  drop_waiting();
  wait_idle();
}

void Workers::submit(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(job));
    ++tasks_;
  }
  arena_.enqueue([this] { run_next(); });
}

void Workers::run_next() {
  std::function<void()> job;
  {
    const std::lock_guard lock(mutex_);
    if (!waiting_.empty()) {
      job = std::move(waiting_.front());
      waiting_.pop_front();
    }
  }
  try {
    if (job) job();
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (failure_ == nullptr) failure_ = std::current_exception();
    waiting_.clear();
  }
  job = nullptr;
  // Notified under the lock: the owner may destroy this object as soon as it sees the count.
  const std::lock_guard lock(mutex_);
  --tasks_;
  idle_.notify_all();
}

void Workers::drop_waiting() {
  const std::lock_guard lock(mutex_);
  waiting_.clear();
}

void Workers::wait_idle() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [&] { return tasks_ == 0; });
}

std::exception_ptr Workers::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace nac::fw
