// SPDX-License-Identifier: Apache-2.0
//
// designs.hpp: published results as extract.py writes them.
#pragma once
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "hls_backend/estimate/network_cost.hpp"

namespace nac::bench {

struct published_design {
  std::string id, repo;
  bool whole = true;     ///< else one layer of a design
  bool wrapped = false;  ///< of the collection of single layers, inside a wrapper that is not published
  bool logic = false;    ///< figures after logic synthesis, else after C-synthesis
  hls::technology target;
  std::map<std::string, double> figures;  ///< lut, ff, dsp, bram, latency_min, latency, interval; -1: not published
  std::vector<hls::layer_facts> layers;
};

/// Throws std::runtime_error with the line at fault.
std::vector<published_design> read_designs(std::istream &in);
hls::network_cost price(const published_design &d);

}  // namespace nac::bench
