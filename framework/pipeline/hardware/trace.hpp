// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/hardware/compare.hpp"
#include "pipeline/ports.hpp"

namespace nac::fw {

/// Where a simulation leaves the integers first.
struct LayerDifference {
  std::string layer;  ///< name of its weight without ".weight", or of the value
  Difference first;
};

/// Builds the network once more with every quantized activation as a further output, in `scratch` (an empty folder),
/// simulates it on `inputs` and compares in the order of computation. Nothing: all activations are right, so that what
/// is wrong lies behind the last quantizer, or comes only without the further outputs. The backend has the traced
/// network afterwards.
std::optional<LayerDifference> trace_difference(const Graph &deployed, const std::vector<Tensor> &inputs,
                                                BackendPort &backend, const std::filesystem::path &scratch,
                                                const BackendCall &call = {});

}  // namespace nac::fw
