// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <random>

#include "fused/aligned.hpp"

namespace nac::fw::fused {

/// `count` floats of a normal distribution.
inline AlignedFloats random_rows(std::size_t count, unsigned seed, float mean = 0, float deviation = 1) {
  std::mt19937 engine(seed);
  std::normal_distribution<float> draw(mean, deviation);
  AlignedFloats out(count);
  for (float &x : out) x = draw(engine);
  return out;
}

}  // namespace nac::fw::fused
