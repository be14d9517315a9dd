// SPDX-License-Identifier: Apache-2.0
#include "engine/order.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

using nac::fw::epoch_order;

TEST_CASE("an epoch visits every sample once, in an order of its own") {
  const std::vector<int64_t> order = epoch_order(5, 1, 1000);
  CHECK(order == epoch_order(5, 1, 1000));
  CHECK(order != epoch_order(5, 2, 1000));
  CHECK(order != epoch_order(6, 1, 1000));
  std::vector<int64_t> sorted = order, all(1000);
  std::sort(sorted.begin(), sorted.end());
  std::iota(all.begin(), all.end(), int64_t{0});
  CHECK(sorted == all);
  CHECK(epoch_order(5, 1, 1) == std::vector<int64_t>{0});
  CHECK(epoch_order(5, 1, 0).empty());
}
