// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "fixed/layers.hpp"

namespace nac::fw {

/// Integers of a weight or bias, and the fraction of each channel.
struct Constants {
  std::vector<int64_t> integers;  ///< weights as [channels][fan_in]
  std::vector<int> fraction;
};

/// What the Quant of a weight or bias makes of it; entry i belongs to channel i / stride % channels. Throws Error when
/// it does not quantize constants.
Constants constants_of(const Graph &graph, NodeId quant, std::size_t channels, std::size_t stride);
Constants weights_of(const Graph &graph, const QuantizedLayer &layer);

/// Bits of the signed type that holds both.
int bits_of(int64_t lowest, int64_t highest);

}  // namespace nac::fw
