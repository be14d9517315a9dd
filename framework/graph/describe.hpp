// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "graph/graph.hpp"

namespace nac::fw {

/// The architecture in one readable line, e.g.
/// "Conv(1,8,k3) > Conv(8,16,k1) BN ReLU > Flatten > Linear(324,64) LeakyReLU > Linear(64,2) BN".
std::string describe(const Graph &graph);

}  // namespace nac::fw
