// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace nac::fw::fused {

// Samples lie across SIMD lanes. A tile holds `width` samples, a multiple of kWidthStep; its values are rows of `width`
// floats, one row per element of a sample in its logical row-major order: the value [N, C, H, W] has C * H * W rows.
// Rows start at multiples of kAlignment bytes. Lanes behind the last sample of a batch hold finite numbers that no
// result depends on.
inline constexpr int kWidthStep = 32;
inline constexpr int kLargestWidth = 256;
inline constexpr int kAlignment = 64;

/// Activation functions that kernels apply while a value is in registers. LeakyRelu is relu with a slope.
enum class Activation : uint8_t { none, relu, leaky_relu, sigmoid, tanh, gelu };

}  // namespace nac::fw::fused
