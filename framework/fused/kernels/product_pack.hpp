// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fused/kernels/product_gather.hpp"

namespace nac::fw::fused {

/// Brings weights ([out][terms]) into the order of the panels of `gather`, Gather::panels floats.
void pack_panels(const Gather &gather, const float *weights, float *panels);

}  // namespace nac::fw::fused
