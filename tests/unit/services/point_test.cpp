// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "nac/cpp/rng.hpp"
#include "services/space.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

namespace {

Space example() {
  Space s;
  s.add_choice("block", {"Conv", "None"});
  s.add_ordered("width", {4, 8.5, 16});
  s.add_number("rate", 1e-4, 1e-1, true);
  s.add_integer("layers", 2, 8, 2);
  s.only_if(1, 0, {0});
  return s;
}

}  // namespace

TEST_CASE("a point accepts values of its dimensions only") {
  const Space s = example();
  Point p(s);
  CHECK_THROWS_WITH(p.set(0, 2), Contains("'block'") && Contains("0..1"));
  CHECK_THROWS_WITH(p.set(0, 0.5), Contains("no index"));
  CHECK_THROWS_WITH(p.set(3, 3), Contains("integers 2..8 in steps of 2"));
  CHECK_THROWS_WITH(p.set(3, 10), Contains("10 is not accepted"));
  CHECK_THROWS_WITH(p.set(2, 0.5), Contains("numbers 0.0001..0.1"));
  CHECK_THROWS_WITH(p.set(2, std::nan("")), Contains("'rate'"));
  CHECK_THROWS_WITH(p.set(2, std::numeric_limits<double>::infinity()), Contains("'rate'"));
  CHECK_THROWS_WITH(p.set(4, 0), Contains("no dimension 4"));
  CHECK_THROWS_WITH(p.get(0), Contains("'block' has no value"));
  CHECK_FALSE(p.has(0));
  CHECK_FALSE(p.has(77));
}

TEST_CASE("finish demands active values and drops inactive ones") {
  const Space s = example();
  Point p(s);
  p.set(0, 0);
  p.set(2, 0.01);
  p.set(3, 4);
  CHECK_THROWS_WITH(p.finish(), Contains("'width'"));
  p.set(1, 1);
  p.finish();
  CHECK(p.canonical() == "block=Conv;width=8.5;rate=0.01;layers=4");
  p.set(0, 1);
  p.finish();
  CHECK_FALSE(p.has(1));
  CHECK(p.canonical() == "block=None;rate=0.01;layers=4");
}

TEST_CASE("points that differ in inactive dimensions only are the same candidate") {
  const Space s = example();
  Point a(s), b(s);
  for (Point *p : {&a, &b}) {
    p->set(0, 1);
    p->set(2, 0.01);
    p->set(3, 4);
  }
  a.set(1, 0);
  b.set(1, 2);
  CHECK(a.canonical() == b.canonical());
  CHECK(a.to_json() == b.to_json());
}

TEST_CASE("JSON round trip of random points is exact") {
  const Space s = example();
  nac::rng random(3);
  for (int round = 0; round < 500; ++round) {
    Point p(s);
    p.set(0, static_cast<double>(random.below(2)));
    p.set(1, static_cast<double>(random.below(3)));
    p.set(2, random.uniform(1e-4, 1e-1));
    p.set(3, 2 + 2 * static_cast<double>(random.below(4)));
    p.finish();
    const Point q = Point::from_json(s, p.to_json());
    REQUIRE(q.canonical() == p.canonical());
    for (uint32_t i = 0; i < 4; ++i) REQUIRE((p.has(i) ? p.get(i) == q.get(i) : !q.has(i)));
  }
}

TEST_CASE("JSON writes people's values in the order of the space") {
  const Space s = example();
  Point p(s);
  p.set(0, 0);
  p.set(1, 0);
  p.set(2, 0.01);
  p.set(3, 2);
  CHECK(p.to_json() == R"({"block":"Conv","width":4,"rate":0.01,"layers":2})");
}

TEST_CASE("wrong JSON is refused with what is accepted") {
  const Space s = example();
  const auto read = [&](const char *json) { return Point::from_json(s, json); };
  CHECK_THROWS_WITH(read("{"), Contains("is no point"));
  CHECK_THROWS_WITH(read("[1]"), Contains("is no point"));
  CHECK_THROWS_WITH(read(R"({"blok":"Conv"})"), Contains("did you mean 'block'"));
  CHECK_THROWS_WITH(read(R"({"block":"conv"})"), Contains("'Conv' and 'None'"));
  CHECK_THROWS_WITH(read(R"({"block":0})"), Contains("does not accept 0"));
  CHECK_THROWS_WITH(read(R"({"block":"Conv","width":8})"), Contains("one of 4, 8.5, 16"));
  CHECK_THROWS_WITH(read(R"({"block":"Conv","width":4,"rate":1,"layers":2})"), Contains("'rate'"));
  CHECK_THROWS_WITH(read(R"({"block":"Conv","width":4,"rate":"x","layers":2})"), Contains("does not accept"));
  CHECK_THROWS_WITH(read(R"({"block":"None","width":4,"rate":0.01,"layers":2})"),
                    Contains("'width'") && Contains("not active"));
  CHECK_THROWS_WITH(read(R"({"block":"None","rate":0.01})"), Contains("no value for dimension 'layers'"));
}

TEST_CASE("minus zero is zero") {
  Space s;
  s.add_number("x", -1, 1, false);
  Point p(s);
  p.set(0, -0.0);
  CHECK(p.canonical() == "x=0");
}
