// SPDX-License-Identifier: Apache-2.0
//
// In a file of its own: the thread sanitizer cannot follow oneTBB (docs/testing.md).
#include <tbb/parallel_for.h>

#include <atomic>
#include <catch2/catch.hpp>

#include "plugin/guard.hpp"

using namespace nac::fw;

TEST_CASE("no other call starts on a thread that waits inside a guarded call") {
  std::atomic<int> reentered{0};
  tbb::parallel_for(0, 64, [&](int) {
    guarded_call(nullptr, [&](nac_error *) {
      static thread_local int depth = 0;
      if (depth++ > 0) ++reentered;
      std::atomic<uint64_t> sum{0};
      tbb::parallel_for(0, 200, [&](int i) {
        uint64_t x = static_cast<uint64_t>(i);
        for (int k = 0; k < 2000; ++k) x = x * 6364136223846793005u + 1;
        sum += x;
      });
      --depth;
      return NAC_OK;
    });
  });
  CHECK(reentered == 0);
}
