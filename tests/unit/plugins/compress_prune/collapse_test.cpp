// SPDX-License-Identifier: Apache-2.0
#include "compress_prune/collapse.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace nac::compressing;

TEST_CASE("constant outputs, one class, and outputs that live") {
  const auto health = [](std::vector<float> data) {
    return health_of({{static_cast<int64_t>(data.size() / 2), 2}, std::move(data)});
  };
  CHECK(health({1, 2, 1, 2, 1, 2}).constant);
  CHECK_FALSE(health({1, 2, 1, 2.1F, 1, 2}).constant);
  CHECK(health({1, 2, 1, 2.1F, 1, 2}).one_class);
  CHECK_FALSE(health({1, 2, 2, 1}).one_class);
  CHECK(health({1, NAN, 2, 1}).constant);
  CHECK_FALSE(health({1, 2}).constant);  // one sample says nothing
  CHECK_FALSE(health_of({{3, 1}, {1, 2, 3}}).one_class);
}
