// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <random>

#include "fused/aligned.hpp"

namespace nac::fw::fused {

/// Seeded random values and shapes.
struct Draw {
  std::mt19937 engine;
  explicit Draw(unsigned seed) : engine(seed) {}
  int whole(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine); }
  int width() { return kWidthStep * whole(1, 3); }
  float real(float low, float high) { return std::uniform_real_distribution<float>(low, high)(engine); }
  AlignedFloats floats(int count, float low = -2, float high = 2) {
    AlignedFloats x(static_cast<std::size_t>(count));
    for (float &v : x) v = real(low, high);
    return x;
  }
};
/// `count` floats of a normal distribution.
inline AlignedFloats random_rows(std::size_t count, unsigned seed, float mean = 0, float deviation = 1) {
  std::mt19937 engine(seed);
  std::normal_distribution<float> draw(mean, deviation);
  AlignedFloats out(count);
  for (float &x : out) x = draw(engine);
  return out;
}

}  // namespace nac::fw::fused
