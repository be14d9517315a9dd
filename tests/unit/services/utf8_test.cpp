// SPDX-License-Identifier: Apache-2.0
#include "services/utf8.hpp"

#include <catch2/catch.hpp>

using namespace nac::fw;

TEST_CASE("well-formed UTF-8 only") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
  CHECK_FALSE(is_utf8("\xff"));
  CHECK_FALSE(is_utf8("\xc3"));
  CHECK_FALSE(is_utf8("\xc0\x80"));          // overlong
  CHECK_FALSE(is_utf8("\xe0\x80\x80"));      // overlong
  CHECK_FALSE(is_utf8("\xed\xa0\x80"));      // surrogate
  CHECK_FALSE(is_utf8("\xf4\x90\x80\x80"));  // above U+10FFFF
  CHECK_FALSE(is_utf8("\x80"));
}

TEST_CASE("printable text cannot steer a terminal") {
  CHECK(printable("a\x1b[31mb\nc") == "a [31mb c");
  CHECK(printable("a\xc2\x9b") == "a ");
  CHECK(printable("\xff\xc3\xa9") == "?\xc3\xa9");
}
