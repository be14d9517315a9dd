// SPDX-License-Identifier: Apache-2.0
#include "pipeline/workers.hpp"

#include <algorithm>
#include <thread>

namespace nac::fw {

int worker_count(int parallel) {
  return parallel > 0 ? parallel : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

Workers::Workers(int threads) : arena_(threads) {}

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
  order_before();
  arena_.enqueue(
      [](void *self) {
        order_after();
        static_cast<Workers *>(self)->run_next();
      },
      this);
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
