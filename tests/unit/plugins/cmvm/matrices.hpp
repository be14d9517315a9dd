// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <random>
#include <vector>

#include "cmvm/graph.hpp"

namespace nac::cmvm {

inline int64_t draw(std::mt19937_64 &random, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random() % static_cast<uint64_t>(high - low + 1));
}

struct shape {
  int64_t inputs, outputs;
  int zero_percent, weight_bits;
};

/// Weights of all magnitudes, inputs of many ranges: signed, unsigned, without zero, of one value.
inline problem random_problem(std::mt19937_64 &random, shape s, bool with_bias) {
  problem p;
  p.inputs = s.inputs;
  p.outputs = s.outputs;
  const int64_t top = (int64_t{1} << (s.weight_bits - 1)) - 1;
  for (int64_t i = 0; i < s.inputs * s.outputs; ++i)
    p.matrix.push_back(draw(random, 0, 99) < s.zero_percent ? 0 : draw(random, -top - 1, top));
  for (int64_t i = 0; i < s.inputs; ++i) {
    const int64_t a = draw(random, -200, 200), b = draw(random, -200, 200);
    p.range.push_back(i % 3 == 0   ? bounds{-128, 127}
                      : i % 3 == 1 ? bounds{0, 255}
                                   : bounds{std::min(a, b), std::max(a, b)});
  }
  if (s.inputs > 4) p.range[4] = {3, 3};
  for (int64_t o = 0; with_bias && o < s.outputs; ++o) p.bias.push_back(o % 3 == 0 ? 0 : draw(random, -5000, 5000));
  return p;
}

inline std::vector<int64_t> random_input(std::mt19937_64 &random, const problem &p, bool corner) {
  std::vector<int64_t> x;
  for (const auto &r : p.range)
    x.push_back(corner ? (random() % 2 != 0 ? r.low : r.high) : draw(random, r.low, r.high));
  return x;
}

}  // namespace nac::cmvm
