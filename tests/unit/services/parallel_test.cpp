// SPDX-License-Identifier: Apache-2.0
#include "services/parallel.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

#include "services/host.hpp"
#include "services/log.hpp"

using namespace nac::fw;

TEST_CASE("every index runs once") {
  const Host host;
  std::vector<std::atomic<int>> runs(10000);
  const auto body = [](void *ctx, uint64_t i) { (*static_cast<std::vector<std::atomic<int>> *>(ctx))[i]++; };
  CHECK(parallel_service().run(host.get(), runs.size(), body, &runs) == NAC_OK);
  bool once = true;
  for (const auto &r : runs) once = once && r == 1;
  CHECK(once);
  CHECK(parallel_service().run(host.get(), 0, body, &runs) == NAC_OK);
  CHECK(parallel_service().run(host.get(), 1, nullptr, nullptr) == NAC_INVALID_ARGUMENT);
}

TEST_CASE("a body that throws fails the loop and not the program") {
  const Host host;
  std::vector<std::string> lines;
  const LogSink former = set_log_sink([&](const LogLine &line) { lines.push_back(line.text); });
  const auto body = [](void *, uint64_t i) {
    if (i == 3) throw std::runtime_error("x");
  };
  CHECK(parallel_service().run(host.get(), 10, body, nullptr) == NAC_INTERNAL);
  set_log_sink(former);
  REQUIRE(lines.size() == 1);
}

TEST_CASE("a thread that waits in a loop takes no work from outside of it") {
  const Host host;
  std::atomic<int> reentered{0};
  struct Outer {
    const Host &host;
    std::atomic<int> &reentered;
  } outer{host, reentered};
  parallel_service().run(
      host.get(), 64,
      [](void *ctx, uint64_t) {
        const Outer &o = *static_cast<Outer *>(ctx);
        static thread_local int depth = 0;
        if (depth++ > 0) ++o.reentered;
        std::atomic<uint64_t> sum{0};
        parallel_service().run(
            o.host.get(), 200,
            [](void *inner, uint64_t i) {
              uint64_t x = i;
              for (int k = 0; k < 2000; ++k) x = x * 6364136223846793005u + 1;
              *static_cast<std::atomic<uint64_t> *>(inner) += x;
            },
            &sum);
        --depth;
      },
      &outer);
  CHECK(reentered == 0);
}
