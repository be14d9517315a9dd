// SPDX-License-Identifier: Apache-2.0
#include "services/space.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "nac/cpp/rng.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

/// Counts by trying every assignment of all dimensions.
double count_by_force(const Space &space) {
  std::set<std::string> seen;
  std::function<void(Point, uint32_t)> walk = [&](Point point, uint32_t i) {
    if (i == space.dimensions().size()) {
      point.finish();
      seen.insert(point.canonical());
      return;
    }
    const Space::Dimension &d = space.dimensions()[i];
    for (double v = d.low; v <= d.high; v += d.step) {
      point.set(i, v);
      walk(point, i + 1);
    }
  };
  walk(Point(space), 0);
  return static_cast<double>(seen.size());
}

}  // namespace

TEST_CASE("an empty space has one point") {
  CHECK(Space().size() == 1);
  CHECK(Point(Space()).canonical().empty());
}

TEST_CASE("independent dimensions multiply") {
  Space s;
  s.add_integer("i", -2, 4, 3);
  s.add_choice("c", {"a", "b"});
  s.add_ordered("o", {4, 8, 16, 32});
  CHECK(s.size() == 3 * 2 * 4);
  CHECK(s.find("c") == 1);
  CHECK(s.find("d") == -1);
}

TEST_CASE("a condition adds its subtree only where it holds") {
  Space s;
  const uint32_t block = s.add_choice("block", {"Conv", "Attention", "None"});
  const uint32_t kernel = s.add_ordered("kernel", {1, 3});
  const uint32_t channels = s.add_ordered("channels", {4, 8, 16});
  s.only_if(kernel, block, {0});
  s.only_if(channels, block, {0, 1});
  CHECK(s.size() == 2 * 3 + 3 + 1);
}

TEST_CASE("a chain of conditions needs every parent to be active") {
  Space s;
  s.add_integer("a", 0, 1, 1);
  s.add_integer("b", 0, 2, 1);
  s.add_integer("c", 0, 4, 1);
  s.only_if(1, 0, {1});
  s.only_if(2, 1, {2});
  CHECK(s.size() == 1 + 2 + 5);
  Point p(s);
  p.set(0, 0);
  p.set(1, 2);
  CHECK_FALSE(p.active(2));
}

TEST_CASE("continuous dimensions make the space infinite only where they can be active") {
  Space s;
  s.add_integer("a", 0, 1, 1);
  s.add_number("x", 0, 1, false);
  CHECK(std::isinf(s.size()));
  Space never;
  never.add_integer("a", 0, 1, 1);
  never.add_integer("b", 0, 1, 1);
  never.add_number("x", 0, 1, false);
  never.only_if(1, 0, {0});
  never.only_if(2, 0, {1});
  never.only_if(2, 1, {1});  // b is active only where a is 0
  CHECK(never.size() == 2 + 1);
}

TEST_CASE("sizes of random conditional spaces equal a count by force") {
  nac::rng random(7);
  for (int round = 0; round < 200; ++round) {
    Space s;
    const auto count = static_cast<uint32_t>(1 + random.below(6));
    for (uint32_t i = 0; i < count; ++i) {
      const auto high = static_cast<int64_t>(random.below(3));
      s.add_integer("d" + std::to_string(i), 0, high, 1);
      for (uint32_t parent = 0; parent < i; ++parent) {
        if (!random.chance(0.35)) continue;
        std::vector<int64_t> values;
        for (int64_t v = 0; v <= static_cast<int64_t>(s.dimensions()[parent].high); ++v)
          if (random.chance(0.6)) values.push_back(v);
        if (!values.empty()) s.only_if(i, parent, values);
      }
    }
    INFO("round " << round);
    REQUIRE(s.size() == count_by_force(s));
  }
}

TEST_CASE("many separate pairs of parent and child are counted quickly and exactly") {
  Space s;
  for (int i = 0; i < 30; ++i) s.add_integer("p" + std::to_string(i), 0, 1, 1);
  for (uint32_t i = 0; i < 30; ++i) {
    s.add_integer("c" + std::to_string(i), 0, 1, 1);
    s.only_if(30 + i, i, {1});
  }
  CHECK(s.size() == std::pow(3.0, 30));
}

TEST_CASE("wrong dimensions are refused by name") {
  Space s;
  s.add_integer("width", 1, 9, 1);
  CHECK_THROWS_WITH(s.add_integer("width", 1, 9, 1), Contains("'width' is there already"));
  CHECK_THROWS_WITH(s.add_integer("", 1, 9, 1), Contains("accepted are"));
  CHECK_THROWS_WITH(s.add_integer("a b", 1, 9, 1), Contains("'a b'"));
  CHECK_THROWS_WITH(s.add_integer("h", 3, 2, 1), Contains("low 3 is above high 2"));
  CHECK_THROWS_WITH(s.add_integer("h", 1, 10, 2), Contains("nearest below is 9"));
  CHECK_THROWS_WITH(s.add_integer("h", 1, 10, 0), Contains("step 0"));
  CHECK_THROWS_WITH(s.add_integer("h", INT64_MIN, INT64_MAX, 1), Contains("2^53"));
  CHECK_THROWS_WITH(s.add_number("h", 0, 1, true), Contains("must be positive"));
  CHECK_THROWS_WITH(s.add_number("h", 1, 1, false), Contains("not below"));
  CHECK_THROWS_WITH(s.add_number("h", std::nan(""), 1, false), Contains("finite"));
  CHECK_THROWS_WITH(s.add_number("h", 0, std::numeric_limits<double>::infinity(), false), Contains("finite"));
  CHECK_THROWS_WITH(s.add_choice("h", {}), Contains("at least one choice"));
  CHECK_THROWS_WITH(s.add_choice("h", {"a", "a"}), Contains("twice"));
  CHECK_THROWS_WITH(s.add_choice("h", {"a;b"}), Contains("';'"));
  CHECK_THROWS_WITH(s.add_choice("h", {"\xff"}), Contains("UTF-8"));
  CHECK_THROWS_WITH(s.add_ordered("h", {1, 2, 2}), Contains("2 follows 2"));
  CHECK_THROWS_WITH(s.add_ordered("h", {1, 3, 2}), Contains("2 follows 3"));
  CHECK_NOTHROW(s.add_ordered("falling", {3, 2, 1}));
  CHECK(s.dimensions().size() == 2);
}

TEST_CASE("wrong conditions are refused") {
  Space s;
  s.add_integer("a", 0, 4, 2);
  s.add_number("x", 0, 1, false);
  s.add_integer("b", 0, 1, 1);
  CHECK_THROWS_WITH(s.only_if(0, 2, {1}), Contains("earlier dimensions only"));
  CHECK_THROWS_WITH(s.only_if(2, 2, {1}), Contains("earlier dimensions only"));
  CHECK_THROWS_WITH(s.only_if(2, 1, {0}), Contains("'x', which is continuous"));
  CHECK_THROWS_WITH(s.only_if(2, 0, {}), Contains("never be active"));
  CHECK_THROWS_WITH(s.only_if(2, 0, {1}), Contains("value 1 of 'a'"));
  CHECK_THROWS_WITH(s.only_if(2, 0, {6}), Contains("value 6 of 'a'"));
  CHECK_THROWS_WITH(s.only_if(2, 0, {2, 2}), Contains("twice"));
  CHECK_THROWS_WITH(s.only_if(9, 0, {2}), Contains("there are only 3"));
  s.only_if(2, 0, {2});
  CHECK_THROWS_WITH(s.only_if(2, 0, {4}), Contains("already"));
}

TEST_CASE("the fingerprint changes with anything that changes a point's meaning") {
  const auto make = [](int variant) {
    Space s;
    s.add_integer(variant == 1 ? "b" : "a", 0, variant == 2 ? 3 : 2, 1);
    s.add_choice("c", variant == 3 ? std::vector<std::string>{"y", "x"} : std::vector<std::string>{"x", "y"});
    s.add_number("n", 1, 2, variant == 4);
    if (variant != 5) s.only_if(1, 0, {variant == 6 ? 1 : 2});
    return s.fingerprint();
  };
  std::set<std::string> all;
  for (int variant = 0; variant < 7; ++variant) all.insert(make(variant));
  CHECK(all.size() == 7);
  CHECK(make(0) == make(0));
}
