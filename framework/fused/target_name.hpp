// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace nac::fw::fused {

/// The instruction set that kernels use on this machine: "AVX2", "AVX3" (AVX-512), ...
std::string target_name();

}  // namespace nac::fw::fused
