// SPDX-License-Identifier: Apache-2.0
#pragma once
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

}  // namespace nac::fw::fused
