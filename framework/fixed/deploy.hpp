// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "graph/graph.hpp"

namespace nac::fw {

/// Whether a graph has quantizers: then its results are those of integers.
bool is_quantized(const Graph &graph);

/// The deployed form of a trained graph, see docs/quantized-graphs.md. A graph in deployed form stays as it is. Layers
/// without quantizers keep their weights in float, masked and folded likewise (32 bits), so that every reported cost
/// counts the same network. Names of weights and of the values at the ends of layers survive. Throws Error for what
/// cannot be deployed, naming the node.
Graph deploy(const Graph &trained);

/// What was taken out.
struct DeadUnits {
  int64_t channels = 0;    ///< of layers
  int64_t parameters = 0;  ///< weights and biases
};
/// Drops output channels of layers that have no weight left (their constant goes into the next bias) or that nobody
/// reads. `deployed` is a deployed form; the result computes the same integers for every input.
Graph remove_dead_units(const Graph &deployed, DeadUnits *removed = nullptr);

/// Share of the weights (biases and scales left out) that are zero after quantization, counted over all layers.
double sparsity_of(const Graph &deployed);

}  // namespace nac::fw
