// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "hls_backend/estimate/layer_cost.hpp"

namespace nac::hls {
constexpr std::array<double, kLutTerms> kLut = {1};
constexpr std::array<double, kFfTerms> kFf = {1};
}  // namespace nac::hls
