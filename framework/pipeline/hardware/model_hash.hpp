// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "graph/graph.hpp"

namespace nac::fw {

/// What tells networks apart that are to be built: SHA-256 of operators, attributes, weights and constants, as the
/// outputs depend on them. Names and the order of nodes do not matter, so the same network has the same hash however it
/// was stored.
std::string model_hash(const Graph &deployed);

}  // namespace nac::fw
