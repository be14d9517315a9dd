// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cstring>

#include "nac/cpp/error.hpp"
#include "services/space.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

TEST_CASE("a plugin writes and reads a space and a point through the table") {
  const nac_space_service &t = space_service();
  Space space;
  nac_space *s = to_abi(&space);
  nac_error err = nac::empty_error();
  const char *names[] = {"a", "b"};
  const double widths[] = {4, 8};
  CHECK(t.add_choice(s, "c", names, 2, &err) == 0);
  CHECK(t.add_ordered(s, "o", widths, 2, &err) == 1);
  CHECK(t.add_integer(s, "i", 0, 10, 5, &err) == 2);
  CHECK(t.add_number(s, "x", 1, 2, true, &err) == 3);
  const int64_t when[] = {1};
  CHECK(t.only_if(s, 1, 0, when, 1, &err) == NAC_OK);
  CHECK(t.count(s) == 4);
  CHECK(t.kind(s, 1) == NAC_DIMENSION_ORDERED);
  CHECK(t.kind(s, 4) == 0);
  CHECK(std::strcmp(t.name(s, 2), "i") == 0);
  CHECK(t.name(s, 9) == nullptr);
  CHECK(std::strcmp(t.choice_name(s, 0, 1), "b") == 0);
  CHECK(std::strcmp(t.choice_name(s, 1, 1), "8") == 0);
  CHECK(t.choice_name(s, 0, 2) == nullptr);
  double low = 0, high = 0, step = -1, value = 0;
  bool logarithmic = false;
  CHECK(t.range(s, 3, &low, &high, &step, &logarithmic) == NAC_OK);
  CHECK((low == 1 && high == 2 && step == 0 && logarithmic));
  CHECK(t.range(s, 3, nullptr, nullptr, nullptr, nullptr) == NAC_OK);
  CHECK(t.range(s, 4, &low, nullptr, nullptr, nullptr) == NAC_NOT_FOUND);
  CHECK(t.ordered_value(s, 1, 1, &value) == NAC_OK);
  CHECK(value == 8);
  CHECK(t.ordered_value(s, 0, 0, &value) == NAC_NOT_FOUND);
  CHECK(t.condition_count(s, 1) == 1);
  uint32_t parent = 9, count = 0;
  const int64_t *values = nullptr;
  CHECK(t.condition(s, 1, 0, &parent, &values, &count) == NAC_OK);
  CHECK((parent == 0 && count == 1 && values[0] == 1));
  CHECK(t.condition(s, 1, 1, &parent, &values, &count) == NAC_NOT_FOUND);

  Point point(space);
  nac_point *p = to_abi(&point);
  CHECK(t.get(p, 0, &value) == NAC_NOT_FOUND);
  CHECK(t.set(p, 0, 1, &err) == NAC_OK);
  CHECK(t.active(s, p, 1));
  CHECK(t.set(p, 0, 0, &err) == NAC_OK);
  CHECK_FALSE(t.active(s, p, 1));
  CHECK(t.get(p, 0, &value) == NAC_OK);
  CHECK(value == 0);
}

TEST_CASE("misuse through the table is an error with a message and changes nothing") {
  const nac_space_service &t = space_service();
  Space space;
  nac_space *s = to_abi(&space);
  nac_error err = nac::empty_error();
  CHECK(t.add_integer(s, nullptr, 0, 1, 1, &err) == -1);
  CHECK_THAT(err.message, Contains("name is NULL"));
  CHECK(t.add_integer(nullptr, "a", 0, 1, 1, &err) == -1);
  CHECK_THAT(err.message, Contains("space is NULL"));
  CHECK(t.add_integer(s, "a", 1, 0, 1, nullptr) == -1);
  CHECK(t.add_choice(s, "a", nullptr, 2, &err) == -1);
  const char *names[] = {"x", nullptr};
  CHECK(t.add_choice(s, "a", names, 2, &err) == -1);
  CHECK(t.add_ordered(s, "a", nullptr, 0, &err) == -1);
  CHECK(t.only_if(s, -1, 0, nullptr, 0, &err) == NAC_INVALID_ARGUMENT);
  CHECK(t.count(s) == 0);
  CHECK(t.count(nullptr) == 0);
  CHECK(t.set(nullptr, 0, 0, &err) == NAC_INVALID_ARGUMENT);
  double value = 0;
  CHECK(t.get(nullptr, 0, &value) == NAC_INVALID_ARGUMENT);
  space.add_integer("a", 0, 1, 1);
  Point point(space);
  CHECK(t.set(to_abi(&point), 0, 7, &err) == NAC_INVALID_ARGUMENT);
  CHECK_THAT(err.message, Contains("'a'") && Contains("0..1"));
  CHECK(t.set(to_abi(&point), 5, 0, nullptr) == NAC_INVALID_ARGUMENT);
  const Space other;
  CHECK_FALSE(t.active(to_abi(&other), to_abi(&point), 0));
}
