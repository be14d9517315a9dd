// SPDX-License-Identifier: Apache-2.0
#include "services/parallel.hpp"

#include <atomic>

#include "services/arena.hpp"
#include "services/boundary.hpp"
#include "services/host.hpp"
#include "services/log.hpp"

namespace nac::fw {
namespace {

struct Loop {
  void (*body)(void *ctx, uint64_t i);
  void *ctx;
  std::atomic<bool> threw{false};
};

void run_range(void *context, uint64_t begin, uint64_t end) {
  order_after();
  Loop &loop = *static_cast<Loop *>(context);
  for (uint64_t i = begin; i != end; ++i) {
    try {
      loop.body(loop.ctx, i);
    } catch (...) {
      loop.threw = true;
    }
  }
  order_before();
}

nac_status run(const nac_host *host, uint64_t count, void (*body)(void *ctx, uint64_t i), void *ctx) {
  if (body == nullptr) return NAC_INVALID_ARGUMENT;
  Loop loop{body, ctx};
  const nac_status status = service_guard(nullptr, [&] {
    order_before();
    arena_loop(count, run_range, &loop);
    order_after();
  });
  if (!loop.threw) return status;
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
