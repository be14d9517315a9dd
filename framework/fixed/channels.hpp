// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "graph/graph.hpp"

namespace nac::fw {

/// Row-major positions of a sample's elements along one dimension.
struct Axis {
  std::size_t extent, inner;
  std::size_t of(std::size_t element) const { return element / inner % extent; }
};
Axis axis_of(const Shape &shape, std::size_t d);

/// The channel of a layer that each element of a sample belongs to, in row-major order.
using Channels = std::vector<int>;

/// The channel at each index of the dimension that tells channels apart.
struct ChannelAxis {
  std::size_t dimension = 0;
  Channels channel;
};
/// Nothing when no dimension does.
std::optional<ChannelAxis> channel_axis(const Shape &shape, const Channels &channels);

/// Channels of the elements behind an operator; empty when it mixes them.
Channels through(const Graph &graph, const Node &n, const Channels &in);

/// Entries of a float32 tensor along dimension d for which keep(index) holds.
Tensor sliced(const Tensor &t, std::size_t d, const std::vector<bool> &keep);

}  // namespace nac::fw
