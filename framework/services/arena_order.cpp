// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "services/arena.hpp"

namespace nac::fw {
namespace {
std::atomic<uint64_t> handed{0};
}

void order_before() { handed.fetch_add(1, std::memory_order_acq_rel); }
void order_after() { (void)handed.load(std::memory_order_acquire); }

}  // namespace nac::fw
