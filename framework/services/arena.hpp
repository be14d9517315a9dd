// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>

namespace nac::fw {

/// A oneTBB arena of `threads` threads for jobs; loops that the jobs run share the threads.
class Arena {
 public:
  explicit Arena(int threads);
  ~Arena();  ///< every job must have ended
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;
  /// job(context) runs on one of the threads, in the order of the calls. It must not throw.
  void enqueue(void (*job)(void *context), void *context);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// range(context, begin, end) for ranges that together are 0..count-1, on the calling thread and any idle ones,
/// isolated: a waiting thread takes no work from outside of the loop. range must not throw.
void arena_loop(uint64_t count, void (*range)(void *context, uint64_t begin, uint64_t end), void *context);

/// What was written before order_before() is seen after order_after() on a thread that oneTBB handed work to. The
/// library guarantees as much; the thread sanitizer, which does not see into it, needs it said in instrumented code
/// (arena.cpp itself is not).
void order_before();
void order_after();

}  // namespace nac::fw
