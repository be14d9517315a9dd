// SPDX-License-Identifier: Apache-2.0
#include "pipeline/workers.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

using nac::fw::Workers;

TEST_CASE("Jobs run in the order in which they were given") {
  std::vector<int> order;
  {
    Workers workers(1);
    for (int i = 0; i < 50; ++i) workers.submit([&order, i] { order.push_back(i); });
    workers.wait_idle();
  }
  REQUIRE(order.size() == 50);
  for (int i = 0; i < 50; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("More workers than cores do run side by side") {
  Workers workers(5);
  std::atomic<int> inside{0};
  for (int i = 0; i < 5; ++i)
    workers.submit([&] {
      ++inside;
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
      while (inside < 5 && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    });
  workers.wait_idle();
  CHECK(inside == 5);
  CHECK(workers.failure() == nullptr);
}

TEST_CASE("A job that throws stops those that wait and is remembered") {
  Workers workers(1);
  std::atomic<int> ran{0};
  workers.submit([] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    throw std::runtime_error("first");
  });
  for (int i = 0; i < 3; ++i) workers.submit([&] { ++ran; });
  workers.wait_idle();
  CHECK(ran == 0);
  REQUIRE(workers.failure() != nullptr);
  CHECK_THROWS_WITH(std::rethrow_exception(workers.failure()), "first");
}

TEST_CASE("The end drops what waits and waits for what runs") {
  std::atomic<int> begun{0}, ended{0};
  {
    Workers workers(2);
    for (int i = 0; i < 40; ++i)
      workers.submit([&] {
        ++begun;
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        ++ended;
      });
    while (begun == 0) std::this_thread::yield();
  }
  CHECK(begun == ended);
  CHECK(begun < 40);
}
