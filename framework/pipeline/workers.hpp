// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>

#include "services/arena.hpp"

namespace nac::fw {

/// Trainings at a time for [search] parallel: as many as it says, one per core for 0.
int worker_count(int parallel);

/// The threads of one Arena, which take jobs in the order in which they were given.
class Workers {
 public:
  explicit Workers(int threads);
  ~Workers();  ///< drops what waits and waits for what runs
  Workers(const Workers &) = delete;
  Workers &operator=(const Workers &) = delete;

  void submit(std::function<void()> job);
  void drop_waiting();
  void wait_idle();
  /// What the first job that threw has thrown; empty if none.
  std::exception_ptr failure() const;

 private:
  void run_next();

  mutable std::mutex mutex_;
  std::condition_variable idle_;
  std::deque<std::function<void()>> waiting_;
  std::size_t tasks_ = 0;  ///< enqueued in the arena and not ended
  std::exception_ptr failure_;
  Arena arena_;
};

}  // namespace nac::fw
