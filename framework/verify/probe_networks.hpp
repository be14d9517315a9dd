// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace nac::fw::verify {

/// A small network for backends.
struct ProbeNetwork {
  std::string name;
  Graph graph;
  bool deployed;  ///< the form that is built from; others may only be looked at
};

/// Deployed ones of one layer, two layers, and a convolution; one in training form and one in float.
std::vector<ProbeNetwork> probe_networks(uint64_t seed);
/// Deployed, one layer, 4 inputs and 3 outputs, all of it times `factor`.
Graph probe_layer(uint64_t seed, int64_t factor);
/// Values for the inputs of a network: random ones, and a row each of the largest, the smallest, ties of the grid,
/// subnormals and zeros.
std::vector<Tensor> probe_rows(const Graph &network, uint64_t seed);

}  // namespace nac::fw::verify
