// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

#include "graph/graph.hpp"
#include "manifest/experiment.hpp"
#include "pipeline/searched_parameters.hpp"

namespace nac::fw {

/// What [hardware] and [hardware.search] say of the backend's parameters.
SearchedParameters searched_of(const HardwareStage &stage);
/// What the backend is made with for a trial.
std::map<std::string, ConfigValue> parameters_at(const HardwareStage &stage, const std::string &point);

/// What a backend is given of a network: folded, masked, and of a quantized one without what computes nothing.
Graph hardware_graph(const Graph &model);

}  // namespace nac::fw
