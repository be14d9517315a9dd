// SPDX-License-Identifier: Apache-2.0
//
// network_cost.hpp: layers one after the other, between arrays.
#pragma once
#include <vector>

#include "hls_backend/estimate/layer_cost.hpp"

namespace nac::hls {

struct network_cost {
  cost_terms terms;
  double lut = 0, ff = 0, dsp = 0, bram_18k = 0;
  double latency_min = 0, latency = 0, latency_max = 0, interval = 1;  ///< clocks
};

/// A chain of layers, each with the price of cost_of(). Arrays: every call takes a clock beyond its depth, what is
/// combinational shares clocks with its neighbours. Streams in plain loops: the slowest layer sets the pace.
network_cost cost_of_chain(const std::vector<layer_facts> &layers, const std::vector<layer_cost> &costs);

}  // namespace nac::hls
