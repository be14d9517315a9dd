// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <vector>

#include "study/pareto.hpp"

namespace nac::fw {

/// Indices of the points, the best first: by non-dominated front (of equal points the first is in the better one), in a
/// front by crowding distance (its ends first), then by index.
std::vector<std::size_t> pareto_order(const std::vector<Objectives> &points);

}  // namespace nac::fw
