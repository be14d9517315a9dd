// SPDX-License-Identifier: Apache-2.0
#include "compress_prune/select.hpp"

#include <catch2/catch.hpp>

using namespace nac::compressing;

namespace {

prunable layer(std::vector<float> weight, std::size_t channels, bool output = false) {
  prunable p;
  p.weight = std::move(weight);
  p.alive.assign(p.weight.size(), 1);
  p.channels = channels;
  p.stride = p.weight.size() / channels;  // outputs first
  p.output = output;
  return p;
}

std::string alive(const prunable &p) {
  std::string text;
  for (const char a : p.alive) text += a != 0 ? '1' : '0';
  return text;
}

}  // namespace

TEST_CASE("LAMP scores by hand") {
  // 1, 2, -3: squares 1, 4, 9. 1/14, 4/13, 9/9.
  const std::vector<double> s = scores_of({2, 1, -3}, {1, 1, 1}, criterion::lamp);
  CHECK(s[0] == Approx(4.0 / 13));
  CHECK(s[1] == Approx(1.0 / 14));
  CHECK(s[2] == 1);
  // Without the dead 2: 1/10, 1.
  const std::vector<double> rest = scores_of({2, 1, -3}, {0, 1, 1}, criterion::lamp);
  CHECK(rest[0] == 0);
  CHECK(rest[1] == Approx(0.1));
  CHECK(rest[2] == 1);
  CHECK(scores_of({0, 0}, {1, 1}, criterion::lamp) == std::vector<double>{0, 0});
  CHECK(scores_of({2, -5}, {1, 1}, criterion::magnitude) == std::vector<double>{2, 5});
}

TEST_CASE("magnitude empties a layer of small weights that LAMP keeps") {
  const auto both = [] {
    return std::vector<prunable>{layer({0.01F, 0.02F, 0.03F, 0.04F}, 1), layer({1, 2, 3, 4}, 1)};
  };
  std::vector<prunable> layers = both();
  remove_weights(layers, 4, criterion::magnitude, false);
  CHECK(alive(layers[0]) == "0000");
  CHECK(alive(layers[1]) == "1111");
  layers = both();
  remove_weights(layers, 4, criterion::magnitude, true);
  CHECK(alive(layers[0]) == "0001");  // the guard
  CHECK(alive(layers[1]) == "0111");
  layers = both();
  remove_weights(layers, 4, criterion::lamp, false);
  CHECK(alive(layers[0]) == "0011");  // scale does not matter to LAMP
  CHECK(alive(layers[1]) == "0011");
}

TEST_CASE("guards keep a quarter of the outputs, and one weight per output of the last layer") {
  std::vector<prunable> layers{layer(std::vector<float>(16, 0.1F), 8), layer({1, 2, 3, 4, 5, 6}, 3, true)};
  CHECK(floor_of(layers[0]) == 2);
  CHECK(floor_of(layers[1]) == 1);
  remove_weights(layers, 0, criterion::magnitude, true);
  CHECK(layers[0].alive_count() == 2);
  CHECK(alive(layers[1]) == "010101");
  remove_weights(layers, 0, criterion::magnitude, false);
  CHECK(layers[0].alive_count() + layers[1].alive_count() == 0);
}

TEST_CASE("dead weights stay dead and count as gone") {
  std::vector<prunable> layers{layer({9, 1, 2, 3}, 1)};
  layers[0].alive[0] = 0;
  remove_weights(layers, 2, criterion::magnitude, false);
  CHECK(alive(layers[0]) == "0011");
  remove_weights(layers, 4, criterion::magnitude, false);
  CHECK(alive(layers[0]) == "0011");
}

TEST_CASE("channels go whole, those of an output layer never") {
  std::vector<prunable> layers{layer({5, 5, 1, 1, 3, 3, 4, 4}, 4), layer({0.1F, 0.1F, 0.1F, 0.1F}, 1, true)};
  remove_channels(layers, 10, criterion::magnitude, true);
  CHECK(alive(layers[0]) == "11001111");  // 12 weights, one channel of 2 leaves 10
  remove_channels(layers, 9, criterion::magnitude, true);
  CHECK(alive(layers[0]) == "11000011");
  CHECK(alive(layers[1]) == "1111");
  remove_channels(layers, 0, criterion::lamp, true);
  CHECK(alive(layers[0]) == "11000000");  // max(1, 4 / 4) stays
}

TEST_CASE("two of four inputs stay in every block") {
  prunable p = layer({4, -3, 2, 1, 1, 9, 8}, 1);
  remove_in_blocks(p, 2, 4);
  CHECK(alive(p) == "1100011");  // the block of 3 keeps 2
  prunable columns = layer({1, 8, 2, 7, 3, 6, 4, 5}, 2);
  columns.stride = 1;  // outputs last: column 0 is 1 2 3 4, column 1 is 8 7 6 5
  remove_in_blocks(columns, 2, 4);
  CHECK(alive(columns) == "01011010");
}
