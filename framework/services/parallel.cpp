// SPDX-License-Identifier: Apache-2.0
#include "services/parallel.hpp"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <atomic>

#include "services/boundary.hpp"
#include "services/host.hpp"
#include "services/log.hpp"

namespace nac::fw {
namespace {

nac_status run(const nac_host *host, uint64_t count, void (*body)(void *ctx, uint64_t i), void *ctx) {
  if (body == nullptr) return NAC_INVALID_ARGUMENT;
  std::atomic<bool> threw{false};
  // oneTBB orders the caller before every body and every body before the return. Said again in our own terms, since the
  // thread sanitizer does not see into the library (docs/testing.md).
  std::atomic<uint64_t> begun{0}, done{0};
  const nac_status status = service_guard(nullptr, [&] {
    begun.store(1, std::memory_order_release);
    tbb::this_task_arena::isolate([&] {
      tbb::parallel_for(tbb::blocked_range<uint64_t>(0, count), [&](const tbb::blocked_range<uint64_t> &range) {
        (void)begun.load(std::memory_order_acquire);
        for (uint64_t i = range.begin(); i != range.end(); ++i) {
          try {
            body(ctx, i);
          } catch (...) {
            threw = true;
          }
        }
        done.fetch_add(range.size(), std::memory_order_release);
      });
    });
    (void)done.load(std::memory_order_acquire);
  });
  if (!threw) return status;
  const Host *self = Host::of(host);
  log(NAC_LOG_ERROR, self == nullptr ? "plugin" : self->plugin(),
      "the body of a parallel loop threw; nothing may be thrown through the plugin's boundary");
  return NAC_INTERNAL;
}

}  // namespace

const nac_parallel_service &parallel_service() {
  static const nac_parallel_service table = {sizeof(nac_parallel_service), 0, run};
  return table;
}

}  // namespace nac::fw
