// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>

namespace nac::fw {

/// A fixed number of threads of one oneTBB arena that take jobs in the order in which they were given. The arena's
/// other tasks (loops of plugins) share the threads.
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
  oneapi::tbb::global_control threads_;  ///< the default is one thread per core, the arena may want more
  oneapi::tbb::task_arena arena_;
};

}  // namespace nac::fw
