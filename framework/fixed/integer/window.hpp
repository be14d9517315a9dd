// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "graph/graph.hpp"

namespace nac::fw {

/// The windows that a convolution or pooling slides over one plane of an image of one to three dimensions.
struct Windows {
  std::size_t positions = 0, size = 0;  ///< of results; values in a window
  std::size_t plane = 0;                ///< values of a plane
  std::vector<int64_t> offset;          ///< [positions][size] in the plane, row-major; -1: padding
};
/// x and result are [N, C, ...].
Windows windows_of(const Node &node, const Shape &x, const Shape &result);

}  // namespace nac::fw
