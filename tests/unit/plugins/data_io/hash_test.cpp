// SPDX-License-Identifier: Apache-2.0
#include "data_io/hash.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

using nac::data_io::hasher;

TEST_CASE("hash: the pieces do not matter, the bytes do") {
  std::string text(1000, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 131 + i / 7);
  const uint64_t whole = hasher().bytes(text.data(), text.size()).value();
  for (std::size_t piece : {1, 3, 7, 8, 9, 64, 999}) {
    hasher h;
    for (std::size_t at = 0; at < text.size(); at += piece)
      h.bytes(text.data() + at, std::min(piece, text.size() - at));
    CHECK(h.value() == whole);
  }
  std::set<uint64_t> seen{whole};
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[i] = static_cast<char>(text[i] ^ 1);
    CHECK(seen.insert(hasher().bytes(text.data(), text.size()).value()).second);
    text[i] = static_cast<char>(text[i] ^ 1);
  }
  for (std::size_t size = 0; size < text.size(); ++size)
    CHECK(seen.insert(hasher().bytes(text.data(), size).value()).second);
}

TEST_CASE("hash: texts keep their borders, and the value is the same on every machine") {
  CHECK(hasher().text("ab").text("c").value() != hasher().text("a").text("bc").value());
  CHECK(hasher().hex().size() == 16);
  CHECK(hasher(1).value() != hasher(2).value());
  CHECK(hasher().text("nac").hex() == "57406b54779cc74b");
}
