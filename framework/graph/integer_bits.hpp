// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "graph/trace.hpp"

namespace nac::fw {

/// Bits of the integers that an activation consists of: its Quant's, widened by what exact operators in between add
/// (sums and means by log2 of the count, LeakyRelu by its slope, sums of several by one bit and the distance of their
/// grids). 0: it is float.
int activation_bits(const Trace &trace, ValueId id);
/// Bits of the Quant that a weight goes through; 0: none.
int weight_bits(const Trace &trace, ValueId id);
/// The integers of a weight, without trailing zero bits: how many bits each has that is not zero, summed up. `bits` for
/// each number that is not zero when no Quant with a known scale says more.
double used_weight_bits(const Trace &trace, ValueId id, int bits);

}  // namespace nac::fw
