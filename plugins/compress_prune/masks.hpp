// SPDX-License-Identifier: Apache-2.0
//
// masks.hpp: the prunable weights of a graph, and their masks in it.
#pragma once
#include "compress_common/network.hpp"
#include "compress_prune/select.hpp"

namespace nac::compressing {

/// One entry per weight, in the order of the layers; a weight that several layers share comes once.
std::vector<prunable> prunables_of(const network &net);

/// Multiplies weights that have lost something with their masks, constants "<weight>.mask"; once there, a mask's data
/// changes. Throws NAC_INTERNAL if a weight would revive.
void write_masks(graph_view &graph, const std::vector<prunable> &layers);

}  // namespace nac::compressing
