// SPDX-License-Identifier: Apache-2.0
#include <ap_fixed.h>
#include <hls_stream.h>

#include <catch2/catch.hpp>
#include <deque>
#include <random>

TEST_CASE("a stream gives what was written, in order") {
  std::mt19937 random(1);
  hls::stream<int> stream("numbers");
  std::deque<int> expected;
  int64_t wrong = 0;
  std::size_t longest = 0;
  for (int i = 0; i < 20000; ++i) {
    // Grows in the first half, shrinks in the second, and wraps around all the time.
    if (random() % 5 < (i < 10000 ? 3U : 2U)) {
      stream.write(i);
      expected.push_back(i);
    } else if (!expected.empty()) {
      wrong += stream.read() != expected.front() ? 1 : 0;
      expected.pop_front();
    }
    wrong += stream.size() != expected.size() || stream.empty() != expected.empty() ? 1 : 0;
    longest = std::max(longest, expected.size());
  }
  CHECK(wrong == 0);
  CHECK(longest > 1000);
}

TEST_CASE("reading nothing ends the simulation and says which stream it was") {
  hls::stream<ap_fixed<8, 3>> stream("layer4_out");
  CHECK_THROWS_WITH(stream.read(), Catch::Contains("'layer4_out'") && Catch::Contains("empty"));
  stream << ap_fixed<8, 3>(1.5);
  ap_fixed<8, 3> x = 0;
  stream >> x;
  CHECK(x == 1.5);
  CHECK_FALSE(stream.read_nb(x));
  CHECK(x == 1.5);
  CHECK(stream.write_nb(2));
  CHECK_FALSE(stream.full());
  CHECK(stream.read_nb(x));
  CHECK(x == 2);
  hls::stream<bool, 4> depth;
  for (int i = 0; i < 40; ++i) depth.write(i % 3 == 0);
  CHECK(depth.size() == 40);
  CHECK(depth.read());
  CHECK_FALSE(depth.read());
  hls::stream<int> nameless[2];
  CHECK_THROWS_AS(nameless[1].read(), std::runtime_error);
  nameless[0].set_name("first");
  CHECK_THROWS_WITH(nameless[0].read(), Catch::Contains("'first'"));
}
