// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "nets.hpp"

namespace nac::fw::training {

/// What PyTorch needs to train the same: per task its samples and the orders of `epochs` epochs as .npy; per net
/// graph.json, the graph with its loss, and its values as .npy.
void export_nets(Nets &nets, const std::string &folder, const std::vector<std::string> &names, int epochs);

}  // namespace nac::fw::training
