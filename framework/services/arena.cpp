// SPDX-License-Identifier: Apache-2.0
//
// The one place where oneTBB gets work. Never instrumented by the thread sanitizer, as Debian's library is not: a task
// would seem to race with its own creation.
#include "services/arena.hpp"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>

namespace nac::fw {
namespace {

std::size_t thread_limit(int threads) {
  // One more for the thread that gives the jobs.
  return std::max(static_cast<std::size_t>(threads) + 1,
                  tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism));
}

}  // namespace

struct Arena::State {
  explicit State(int threads)
      : limit(tbb::global_control::max_allowed_parallelism, thread_limit(threads)), arena(threads, 0) {}
  tbb::global_control limit;  ///< the default is one thread per core, the arena may want more
  tbb::task_arena arena;
};

Arena::Arena(int threads) : state_(std::make_unique<State>(threads)) {}
Arena::~Arena() = default;

void Arena::enqueue(void (*job)(void *), void *context) {
  state_->arena.enqueue([job, context] { job(context); });
}

void arena_loop(uint64_t count, void (*range)(void *, uint64_t, uint64_t), void *context) {
  tbb::this_task_arena::isolate([&] {
    tbb::parallel_for(tbb::blocked_range<uint64_t>(0, count),
                      [&](const tbb::blocked_range<uint64_t> &part) { range(context, part.begin(), part.end()); });
  });
}

}  // namespace nac::fw
