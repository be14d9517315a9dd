// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/estimate/network_cost.hpp"

#include <algorithm>
#include <cmath>

namespace nac::hls {

network_cost cost_of_chain(const std::vector<layer_facts> &layers, const std::vector<layer_cost> &costs) {
  network_cost all;
  double clocks = 0, slowest = 0;
  bool stream = false;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const layer_facts &f = layers[i];
    const layer_cost &c = costs[i];
    all.terms.add(c.terms);
    all.lut += c.lut;
    all.ff += c.ff;
    all.dsp += c.dsp;
    all.bram_18k += c.bram_18k;
    const double busy = c.cycles(f);
    all.interval = std::max(all.interval, busy);
    slowest = std::max(slowest, busy);
    stream = stream || f.io == io_type::stream;
    const bool calls = f.kind == work_kind::matrix || f.kind == work_kind::softmax || f.kind == work_kind::product;
    clocks += c.depth + (calls ? 1 : c.combinational);
    if (f.io == io_type::parallel && f.positions > 1) clocks += busy - c.interval;
  }
  // The first clock of the chain is the one in which its inputs are there.
  all.latency = std::max(0.0, std::floor(clocks) - 1);
  if (stream) {
    // All layers run at once; what does not overlap with the slowest is about one position of each other layer.
    all.latency = slowest;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (costs[i].cycles(layers[i]) < slowest) all.latency += std::min(costs[i].cycles(layers[i]), costs[i].depth + 1);
    }
  }
  all.latency_min = all.latency_max = all.latency;
  return all;
}

}  // namespace nac::hls
