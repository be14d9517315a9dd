// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "graph/graph.hpp"

namespace nac::fw {

/// Inputs that a proof runs, one row for each vector.
struct TestVectors {
  std::vector<Tensor> inputs;
  int64_t corners = 0, real = 0, random = 0;  ///< how many there are of each kind, in this order
};

/// `count` vectors for a network in deployed form. Corners of the input quantizers come first: all lowest, all highest,
/// zeros, one element at its bound and the rest at zero, ties between two steps, values just beside them, values
/// between steps, and beyond saturation; at most half of all. Then rows of `real` (inputs of a data set; empty: there
/// are none), spread over it, at most half of the rest; then random ones on the grid, between its points, on ties and
/// around the bounds. The same for the same network, data and count.
TestVectors test_vectors(const Graph &deployed, const std::vector<Tensor> &real, int64_t count);

}  // namespace nac::fw
