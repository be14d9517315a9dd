// SPDX-License-Identifier: Apache-2.0
#include "compress_qat/options.hpp"

#include <catch2/catch.hpp>

#include "kit.hpp"

using namespace nac::compressing;
using Catch::Matchers::Contains;

TEST_CASE("overrides are read or refused by entry") {
  const std::map<std::string, int> both = parse_overrides(" rho3:8, b0.conv1:6 ");
  CHECK(both == std::map<std::string, int>{{"rho3", 8}, {"b0.conv1", 6}});
  CHECK(parse_overrides("").empty());
  for (const char *bad : {"rho3", "rho3:", ":8", "rho3:1", "rho3:17", "rho3:8x", "rho3:8,,", "a:8,a:4"}) {
    INFO(bad);
    CHECK_THROWS_WITH(parse_overrides(bad), Contains("overrides"));
  }
}

TEST_CASE("widths that mean nothing are refused when the pass is made") {
  const auto making = [](const kit::Parameters &p) { return kit::Pass("qat", p); };
  CHECK_THROWS_WITH(making({{"bits", int64_t{17}}}), Contains("2 to 16"));
  CHECK_THROWS_WITH(making({{"weight_bits", int64_t{32}}}), Contains("as a whole or not"));
  CHECK_THROWS_WITH(making({{"bits", int64_t{32}}, {"mixed", true}}), Contains("mixed"));
  CHECK_NOTHROW(making({{"bits", int64_t{32}}}));
  CHECK_NOTHROW(making({{"weight_bits", int64_t{4}}}));
}

TEST_CASE("few bits are distilled unless told otherwise") {
  qat_options o;
  CHECK_FALSE(o.distills());
  o.weight_bits = 4;
  CHECK(o.distills());
  o.distill = distillation::off;
  CHECK_FALSE(o.distills());
  o = {};
  o.distill = distillation::on;
  CHECK(o.distills());
}
