// SPDX-License-Identifier: Apache-2.0
#include "fixed/function_table.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/error.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

TEST_CASE("tables hold the function of each grid point") {
  const std::vector<float> sigmoid = table_of("Sigmoid", 2, -8, 7), tanh = table_of("Tanh", 2, -8, 7),
                           gelu = table_of("Gelu", 2, -8, 7);
  REQUIRE(sigmoid.size() == 16);
  CHECK(sigmoid[8] == 0.5F);
  CHECK(tanh[8] == 0);
  CHECK(gelu[8] == 0);
  for (int n = -8; n <= 7; ++n) {
    const auto i = static_cast<std::size_t>(n + 8);
    const long double x = n / 4.0L;
    CHECK(sigmoid[i] == Approx(static_cast<double>(1 / (1 + std::exp(-x)))).epsilon(1e-7));
    CHECK(tanh[i] == Approx(static_cast<double>(std::tanh(x))).epsilon(1e-7));
    CHECK(gelu[i] == Approx(static_cast<double>(x * 0.5L * (1 + std::erf(x / std::sqrt(2.0L))))).epsilon(1e-6));
  }
  CHECK(table_of("Sigmoid", 0, -1000, -1000)[0] == 0);
  CHECK_THROWS_WITH(table_of("Relu", 0, 0, 1), Contains("Relu") && Contains("Gelu"));
  CHECK_THROWS_WITH(table_of("Tanh", 0, 0, 65536), Contains("2^16"));
}

TEST_CASE("the exponentials of Softmax") {
  const std::vector<int64_t> e = softmax_table(4, 8);
  REQUIRE(e.size() == 256);
  CHECK(e[0] == 32768);
  CHECK(e[16] == 12055);  // 32768 / e = 12054.67
  CHECK(e[255] == 0);
  for (std::size_t d = 0; d < 256; ++d)
    CHECK(std::abs(static_cast<long double>(e[d]) - 32768 * std::exp(-static_cast<long double>(d) / 16)) <= 0.5L);
  CHECK_THROWS_WITH(softmax_table(0, 17), Contains("17 bits"));
}
